using System.Security.Cryptography;
using System.Text;
using Microsoft.Net.Http.Headers;

namespace Hazchem.Functions.Portal;

/// <summary>ETags, so that what somebody has is not sent again. Nothing is used without asking: it may have been erased.</summary>
internal static class Caching
{
    /// <summary>Sets the answer's ETag, and makes it a 304 where the caller has that.</summary>
    /// <returns>Whether the answer is complete.</returns>
    public static bool IsKnown(HttpContext context, string eTag)
    {
        var quoted = new EntityTagHeaderValue($"\"{eTag}\"");
        context.Response.Headers.ETag = quoted.ToString();
        context.Response.Headers.CacheControl = "private, no-cache";
        if (!(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            || !EntityTagHeaderValue.TryParseList(context.Request.Headers.IfNoneMatch, out var known)
            || !known.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(quoted, useStrongComparison: false)))
        {
            return false;
        }

        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    /// <summary>32 hex digits that change when any of the parts does.</summary>
    public static string TagOf(params IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))).AsSpan(0, 16));
}
