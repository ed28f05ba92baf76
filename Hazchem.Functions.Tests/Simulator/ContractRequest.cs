namespace Hazchem.Functions.Tests.Simulator;

/// <summary>A request as it goes over the wire, to be held to the contract.</summary>
internal sealed record ContractRequest(
    HttpMethod Method, string PathAndQuery, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    public static async Task<ContractRequest> ReadAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        return new ContractRequest(
            request.Method, request.RequestUri!.PathAndQuery, WireHeaders.Of(request.Headers, request.Content?.Headers), body);
    }
}
