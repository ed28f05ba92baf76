using System.Net.Http.Headers;

namespace Hazchem.Functions.Tests.Simulator;

internal static class WireHeaders
{
    public static IReadOnlyDictionary<string, string> Of(HttpHeaders headers, HttpHeaders? contentHeaders)
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in headers.NonValidated.Concat(contentHeaders?.NonValidated ?? []))
        {
            all[name] = values.ToString();
        }

        return all;
    }
}
