using Microsoft.Net.Http.Headers;

namespace Hazchem.Functions.Portal;

/// <summary>What a caller takes, by its header <c>Accept</c>.</summary>
internal static class Accepting
{
    /// <summary>Whether the answer may be one of these types; a caller that says nothing takes any.</summary>
    public static bool Takes(HttpRequest request, params ReadOnlySpan<string> types)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted) || accepted.Count == 0)
        {
            return true;
        }

        foreach (var type in types)
        {
            var offered = new MediaTypeHeaderValue(type);
            if (accepted.Any(range => range.Quality is not 0 && offered.IsSubsetOf(range)))
            {
                return true;
            }
        }

        return false;
    }
}
