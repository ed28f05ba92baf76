using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hazchem.Functions.Tests.Simulator;
using Hazchem.LocalHost;
using Microsoft.OpenApi;

namespace Hazchem.Functions.Tests.Portal;

/// <summary><c>docs/api.yaml</c>, to which every answer in these tests is held.</summary>
internal sealed class ApiDescription
{
    private static readonly Lazy<Task<ApiDescription>> Loaded = new(LoadAsync);

    private readonly OpenApiDocument document;

    private ApiDescription(OpenApiDocument document) => this.document = document;

    /// <summary>Method and path of each operation.</summary>
    public IEnumerable<string> Operations => document.Paths.SelectMany(
        path => (path.Value.Operations ?? []).Keys.Select(method => $"{method.Method} {path.Key}"));

    public static Task<ApiDescription> GetAsync() => Loaded.Value;

    /// <param name="path">Under the API's root, without a query.</param>
    public IEnumerable<string> ProblemsOf(string method, string path, int status, JsonNode? answer)
    {
        var segments = path.Split('/');
        var item = document.Paths
            .Where(candidate => Fits(candidate.Key.Split('/'), segments))
            .OrderBy(candidate => candidate.Key.Count(c => c == '{'))
            .Select(candidate => candidate.Value)
            .FirstOrDefault();
        if (item?.Operations?.FirstOrDefault(operation => operation.Key.Method == method).Value is not { } described)
        {
            return status is 404 or 405 ? [] : [$"{method} {path} is not described"];
        }

        var responses = described.Responses!;
        if (!responses.TryGetValue(status.ToString(CultureInfo.InvariantCulture), out var response) && !(status >= 400 && responses.TryGetValue("default", out response)))
        {
            return [$"{method} {path} is not described to answer {status}"];
        }

        var content = response!.Content?.FirstOrDefault(content => content.Key.EndsWith("json", StringComparison.Ordinal)).Value;
        return content?.Schema is { } schema ? SchemaCheck.Problems(schema, answer, "answer") : [$"{method} {path} is not described to answer with JSON"];
    }

    private static bool Fits(string[] template, string[] path) =>
        template.Length == path.Length && template.Zip(path).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);

    private static async Task<ApiDescription> LoadAsync()
    {
        var yaml = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Find(), "docs", "api.yaml"));
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(YamlAsJson.Read(new StringReader(yaml))));
        var (document, diagnostic) = await OpenApiDocument.LoadAsync(json, "json");
        diagnostic!.Errors.Should().BeEmpty();
        return new ApiDescription(document!);
    }
}
