using System.Text;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace Hazchem.Functions.Tests.Simulator;

public sealed class HazchemContractTests
{
    private static readonly ContractRequest ListRequest =
        new(HttpMethod.Get, "/v1/documents?changedSince=2026-11-22T13:45:00Z", Headers(("X-Api-Key", "k")), default);

    [Fact]
    public async Task Examples_of_the_document_fit_their_schemas()
    {
        var contract = await HazchemContract.LoadAsync(TestContext.Current.CancellationToken);

        var examples = contract.Document.Paths.Values
            .SelectMany(p => p.Operations!.Values)
            .SelectMany(o => o.Responses!.Select(r => (At: $"{o.OperationId} {r.Key}", r.Value.Content)))
            .SelectMany(r => (r.Content ?? new Dictionary<string, IOpenApiMediaType>()).Values.Select(c => (r.At, Content: c)))
            .Where(r => r.Content.Example is not null)
            .ToList();

        examples.Should().HaveCountGreaterThan(15);
        examples.SelectMany(e => SchemaCheck.Problems(e.Content.Schema!, e.Content.Example, e.At)).Should().BeEmpty();
    }

    [Fact]
    public async Task Document_has_every_operation_and_status_of_the_contract()
    {
        var contract = await HazchemContract.LoadAsync(TestContext.Current.CancellationToken);

        var answers = contract.Document.Paths.Values
            .SelectMany(p => p.Operations!.Values)
            .ToDictionary(o => o.OperationId!, o => string.Join(' ', o.Responses!.Keys.Order(StringComparer.Ordinal)));

        answers.Should().BeEquivalentTo(new Dictionary<string, string>
        {
            ["sendDocument"] = "200 201 400 401 403 404 409 413 415 422 429 5XX",
            ["listDocuments"] = "200 401 410 422 429 5XX",
            ["getDocumentContent"] = "200 401 404 410 429 5XX",
        });
    }

    [Theory]
    [InlineData("/v1/documents", "changedSince is missing")]
    [InlineData("/v1/documents?changedSince=yesterday", "no RFC 3339 time")]
    [InlineData("/v1/documents?changedSince=2026-11-22T13:45:00", "no RFC 3339 time")]
    [InlineData("/v1/documents?changedSince=2026-11-22T13:45:00Z&pageSize=501", "out of its range")]
    [InlineData("/v1/documents?changedSince=2026-11-22T13:45:00Z&pageSize=ten", "not Integer")]
    [InlineData("/v1/documents?changedSince=2026-11-22T13:45:00Z&page=2", "page is not in the contract")]
    [InlineData("/v2/documents?changedSince=2026-11-22T13:45:00Z", "no operation")]
    public async Task Request_that_breaks_the_contract_is_found(string path, string expected)
    {
        var contract = await HazchemContract.LoadAsync(TestContext.Current.CancellationToken);

        contract.ProblemsOf(ListRequest).Should().BeEmpty();
        contract.ProblemsOf(ListRequest with { PathAndQuery = path }).Should().ContainSingle().Which.Should().Contain(expected);
    }

    [Theory]
    [InlineData("sha256", "part sha256 is missing")]
    [InlineData("file", "part file is missing")]
    public async Task Form_without_a_part_is_found(string missing, string expected)
    {
        var contract = await HazchemContract.LoadAsync(TestContext.Current.CancellationToken);
        using var whole = SimulatedDepot.Post(SimulatedDepot.Form(SimulatedDepot.Jpeg()));
        using var form = new MultipartFormDataContent();
        foreach (var part in SimulatedDepot.Form(SimulatedDepot.Jpeg()).Where(p => p.Headers.ContentDisposition!.Name != missing))
        {
            form.Add(part);
        }

        using var lacking = SimulatedDepot.Post(form);

        (await ProblemsOfAsync(contract, whole)).Should().BeEmpty();
        (await ProblemsOfAsync(contract, lacking)).Should().Equal(expected);
    }

    [Fact]
    public async Task Form_with_wrong_values_is_found()
    {
        var contract = await HazchemContract.LoadAsync(TestContext.Current.CancellationToken);
        using var form = SimulatedDepot.Form(SimulatedDepot.Jpeg(), "PHOTO", "image/png", "photo.png", "ABC");
        form.Add(new StringContent("today"), "capturedAt");
        form.Add(new StringContent("x"), "depot");
        using var request = SimulatedDepot.Post(form);
        request.RequestUri = new Uri("http://localhost/v1/consignments/HZ%201/documents");

        (await ProblemsOfAsync(contract, request)).Should().HaveCount(7);
    }

    [Theory]
    [InlineData("length", "\"12\"", "body.documents[0].length is String")]
    [InlineData("documentType", "\"PHOTO\"", "none of DELIVERY_IMAGE, CUSTOMER_PAPERWORK")]
    [InlineData("sha256", "\"9F\"", "does not match")]
    [InlineData("availableAt", "\"2026-11-22 14:03\"", "no RFC 3339 time")]
    [InlineData("depotRoles", "[]", "has 0 items")]
    [InlineData("contentType", null, "contentType is missing")]
    public async Task Answer_that_breaks_the_contract_is_found(string member, string? json, string expected)
    {
        var contract = await HazchemContract.LoadAsync(TestContext.Current.CancellationToken);
        var page = contract.Document.Paths["/v1/documents"].Operations![HttpMethod.Get].Responses!["200"].Content!["application/json"].Example!.DeepClone();
        var good = Answer(page);
        var document = page["documents"]![0]!.AsObject();
        document.Remove(member);
        if (json is not null)
        {
            document[member] = JsonNode.Parse(json);
        }

        contract.ProblemsOf(ListRequest, good).Should().BeEmpty();
        contract.ProblemsOf(ListRequest, Answer(page)).Should().ContainSingle().Which.Should().Contain(expected);
    }

    [Fact]
    public async Task Answer_without_a_header_or_of_another_status_is_found()
    {
        var contract = await HazchemContract.LoadAsync(TestContext.Current.CancellationToken);
        var page = JsonNode.Parse("""{"documents":[],"nextCursor":null}""")!;

        contract.ProblemsOf(ListRequest, Answer(page) with { Headers = Headers(("Content-Type", "application/json")) })
            .Should().ContainSingle().Which.Should().Contain("header Date is missing");
        contract.ProblemsOf(ListRequest, Answer(page) with { Status = 302 }).Should().ContainSingle().Which.Should().Contain("no answer 302");
        contract.ProblemsOf(ListRequest, Answer(JsonNode.Parse("{}")!)).Should().HaveCount(2);
        contract.ProblemsOf(ListRequest, new ContractResponse(503, Answer(page).Headers, default)).Should().BeEmpty();
    }

    private static ContractResponse Answer(JsonNode body) => new(
        200,
        Headers(("Date", "Sun, 22 Nov 2026 14:03:09 GMT"), ("Content-Type", "application/json; charset=utf-8")),
        Encoding.UTF8.GetBytes(body.ToJsonString()));

    private static Dictionary<string, string> Headers(params (string Name, string Value)[] headers) =>
        headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase);

    private static async Task<IReadOnlyList<string>> ProblemsOfAsync(HazchemContract contract, HttpRequestMessage request)
    {
        request.RequestUri = new Uri(new Uri("http://localhost"), request.RequestUri!);
        return contract.ProblemsOf(await ContractRequest.ReadAsync(request, TestContext.Current.CancellationToken));
    }
}
