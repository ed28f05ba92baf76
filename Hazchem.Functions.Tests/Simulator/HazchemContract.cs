using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace Hazchem.Functions.Tests.Simulator;

/// <summary><c>docs/hazchem-api.yaml</c>, to which the client's requests and the simulator's answers are held.</summary>
internal sealed class HazchemContract
{
    private HazchemContract(OpenApiDocument document) => Document = document;

    public OpenApiDocument Document { get; }

    /// <exception cref="InvalidDataException">The document has errors.</exception>
    public static async Task<HazchemContract> LoadAsync(CancellationToken cancellationToken)
    {
        var yaml = await File.ReadAllTextAsync(Path.Combine(RepositoryRoot(), "docs", "hazchem-api.yaml"), cancellationToken);
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(YamlAsJson.Read(new StringReader(yaml))));
        var (document, diagnostic) = await OpenApiDocument.LoadAsync(json, "json", cancellationToken: cancellationToken);
        var problems = diagnostic?.Errors.Concat(diagnostic.Warnings).Select(e => $"{e.Pointer}: {e.Message}").ToList() ?? [];
        return document is not null && problems.Count == 0
            ? new HazchemContract(document)
            : throw new InvalidDataException(string.Join('\n', problems));
    }

    /// <summary>What is wrong with a request: empty if nothing is.</summary>
    public IReadOnlyList<string> ProblemsOf(ContractRequest request)
    {
        if (Find(request) is not (var operation, var pathValues))
        {
            return [$"{request.Method} {request.PathAndQuery} is no operation of the contract"];
        }

        var problems = new List<string>();
        if (!request.Headers.TryGetValue("X-Api-Key", out var key) || key.Length == 0)
        {
            problems.Add("header X-Api-Key is missing");
        }

        var query = QueryHelpers.ParseQuery(request.PathAndQuery.Contains('?') ? request.PathAndQuery[request.PathAndQuery.IndexOf('?')..] : string.Empty);
        var parameters = operation.Parameters ?? [];
        problems.AddRange(query.Keys
            .Where(name => !parameters.Any(p => p.In == ParameterLocation.Query && p.Name == name))
            .Select(name => $"query {name} is not in the contract"));
        foreach (var parameter in parameters)
        {
            IReadOnlyList<string?> values = parameter.In switch
            {
                ParameterLocation.Path => [pathValues[parameter.Name!]],
                ParameterLocation.Query => query.TryGetValue(parameter.Name!, out var given) ? [.. given] : [],
                _ => request.Headers.TryGetValue(parameter.Name!, out var header) ? [header] : [],
            };
            var at = $"{parameter.In} {parameter.Name}";
            problems.AddRange(values switch
            {
                [] => parameter.Required ? [$"{at} is missing"] : [],
                [var value] => SchemaCheck.TextProblems(parameter.Schema!, value!, at),
                _ => [$"{at} is there {values.Count} times"],
            });
        }

        problems.AddRange(operation.RequestBody is null
            ? request.Body.IsEmpty ? [] : ["a body is sent where there is none"]
            : FormProblems(operation.RequestBody.Content!["multipart/form-data"], request));
        return problems;
    }

    /// <summary>What is wrong with the answer to a request: empty if nothing is.</summary>
    public IReadOnlyList<string> ProblemsOf(ContractRequest request, ContractResponse response)
    {
        if (Find(request) is not (var operation, _))
        {
            return [$"{request.Method} {request.PathAndQuery} is no operation of the contract"];
        }

        var status = response.Status.ToString(CultureInfo.InvariantCulture);
        var answer = operation.Responses!.GetValueOrDefault(status) ?? operation.Responses!.GetValueOrDefault(status[0] + "XX");
        if (answer is null)
        {
            return [$"{operation.OperationId} has no answer {status}"];
        }

        var problems = new List<string>();
        foreach (var (name, header) in answer.Headers ?? new Dictionary<string, IOpenApiHeader>())
        {
            problems.AddRange(response.Headers.TryGetValue(name, out var value)
                ? SchemaCheck.TextProblems(header.Schema!, value, $"header {name}")
                : header.Required ? [$"header {name} is missing"] : []);
        }

        if (answer.Content is { Count: > 0 } contents)
        {
            var type = MediaTypeHeaderValue.TryParse(response.ContentType, out var parsed) ? parsed.MediaType.Value! : string.Empty;
            problems.AddRange(!contents.TryGetValue(type, out var content)
                ? [$"the content type is '{response.ContentType}', which is none of {string.Join(", ", contents.Keys)}"]
                : content.Schema is null ? [] : JsonProblems(content.Schema, response.Body));
        }

        return [.. problems.Select(p => $"{operation.OperationId} {status}: {p}")];
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Hazchem.Functions.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run from within the repository.");
        }

        return folder.FullName;
    }

    private static IEnumerable<string> JsonProblems(IOpenApiSchema schema, ReadOnlyMemory<byte> body)
    {
        try
        {
            return SchemaCheck.Problems(schema, JsonNode.Parse(body.Span), "body");
        }
        catch (JsonException e)
        {
            return [$"the body is no JSON: {e.Message}"];
        }
    }

    private static IEnumerable<string> FormProblems(IOpenApiMediaType form, ContractRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || type.MediaType != "multipart/form-data"
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            return [$"the content type is '{request.ContentType}', not multipart/form-data with a boundary"];
        }

        IReadOnlyList<(string Name, string? ContentType, byte[] Content)> parts;
        try
        {
            parts = [.. ReadParts(boundary, request.Body)];
        }
        catch (IOException e)
        {
            return [$"the form cannot be read: {e.Message}"];
        }

        var problems = new List<string>();
        var seen = new HashSet<string>();
        foreach (var (name, contentType, content) in parts)
        {
            if (!seen.Add(name))
            {
                problems.Add($"part {name} is there twice");
            }

            if (!form.Schema!.Properties!.TryGetValue(name, out var schema))
            {
                problems.Add($"part {name} is not in the contract");
            }
            else if (form.Encoding!.TryGetValue(name, out var encoding))
            {
                if (!encoding.ContentType!.Split(", ").Contains(contentType))
                {
                    problems.Add($"part {name} has the content type '{contentType}', which is none of {encoding.ContentType}");
                }
            }
            else
            {
                problems.AddRange(SchemaCheck.TextProblems(schema, Encoding.UTF8.GetString(content), $"part {name}"));
            }
        }

        return problems.Concat(form.Schema!.Required!.Except(seen).Select(name => $"part {name} is missing"));
    }

    private static IEnumerable<(string Name, string? ContentType, byte[] Content)> ReadParts(string boundary, ReadOnlyMemory<byte> body)
    {
        var reader = new MultipartReader(boundary, new MemoryStream(body.ToArray()));

        // The body is in memory, so nothing here ever waits.
        while (reader.ReadNextSectionAsync().GetAwaiter().GetResult() is { } part)
        {
            using var content = new MemoryStream();
            part.Body.CopyTo(content);
            var name = ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) && disposition.DispositionType == "form-data"
                ? HeaderUtilities.RemoveQuotes(disposition.Name).Value
                : null;
            yield return (name ?? string.Empty, part.ContentType, content.ToArray());
        }
    }

    private (OpenApiOperation Operation, IReadOnlyDictionary<string, string> PathValues)? Find(ContractRequest request)
    {
        var segments = request.PathAndQuery.Split('?')[0].Split('/');
        foreach (var (template, item) in Document.Paths)
        {
            var names = template.Split('/');
            var fits = names.Length == segments.Length
                && names.Zip(segments).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
            if (fits && item.Operations!.TryGetValue(request.Method, out var operation))
            {
                return (operation, names.Zip(segments)
                    .Where(pair => pair.First.StartsWith('{'))
                    .ToDictionary(pair => pair.First.Trim('{', '}'), pair => Uri.UnescapeDataString(pair.Second)));
            }
        }

        return null;
    }
}
