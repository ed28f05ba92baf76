using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using Azure;

namespace Hazchem.Functions.Tests.Support;

/// <summary>Gives each blob the time by the app's clock at which it was written, as if storage went by that clock too.</summary>
internal sealed partial class BlobClock(TimeProvider time) : DelegatingHandler(AzureLimits.OverHttp())
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> written = new();

    /// <summary>A version that was written by another client just now.</summary>
    public void Wrote(ETag version) => written.TryAdd(version.ToString().Trim('"'), time.GetUtcNow());

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (request.Method == HttpMethod.Put && answer is { IsSuccessStatusCode: true, Headers.ETag: { } tag })
        {
            Wrote(new ETag(tag.ToString()));
        }

        if (answer.Headers.ETag is { } version && written.TryGetValue(version.ToString().Trim('"'), out var at))
        {
            answer.Content.Headers.LastModified = at;
        }

        if (request.RequestUri!.Query.Contains("comp=list", StringComparison.Ordinal))
        {
            var listing = LastModified().Replace(await answer.Content.ReadAsStringAsync(cancellationToken), Rewritten);
            var content = new StringContent(listing);
            content.Headers.ContentType = answer.Content.Headers.ContentType;
            answer.Content = content;
        }

        return answer;
    }

    private string Rewritten(Match found) => written.TryGetValue(found.Groups["tag"].Value.Trim('"'), out var at)
        ? $"<Last-Modified>{at.ToString("R", CultureInfo.InvariantCulture)}</Last-Modified><Etag>{found.Groups["tag"].Value}</Etag>"
        : found.Value;

    [GeneratedRegex("<Last-Modified>[^<]*</Last-Modified><Etag>(?<tag>[^<]*)</Etag>")]
    private static partial Regex LastModified();
}
