namespace Hazchem.Functions.Tests.Simulator;

/// <summary>An answer as it came over the wire, to be held to the contract.</summary>
internal sealed record ContractResponse(int Status, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    public string? ContentType => Headers.GetValueOrDefault("Content-Type");

    public static async Task<ContractResponse> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        // The headers first: once the body is buffered, a length that was never sent is there too.
        var headers = WireHeaders.Of(response.Headers, response.Content.Headers);
        return new ContractResponse((int)response.StatusCode, headers, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}
