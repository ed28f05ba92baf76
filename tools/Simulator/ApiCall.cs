using Microsoft.AspNetCore.Http.Features;

namespace Hazchem.Simulator;

/// <summary>Which operation a request is, and the consignment number or document id in its path.</summary>
internal sealed record ApiCall(ApiRoute Route, string Method, string Argument = "")
{
    /// <summary>
    /// The path's segments, each decoded once. From the raw target, since a document's id may hold slashes and percent
    /// signs that the server's own decoding would mix up.
    /// </summary>
    public static string[] SegmentsOf(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var path = Uri.TryCreate(target, UriKind.Absolute, out var absolute) && target[0] != '/' ? absolute.AbsolutePath : target;
        return [.. path.Split('?')[0].Split('/').Skip(1).Select(Uri.UnescapeDataString)];
    }

    /// <returns>Null for a path that the contract does not have.</returns>
    public static ApiCall? Of(string[] segments) => segments switch
    {
        ["v1", "consignments", var number, "documents"] => new(ApiRoute.Send, HttpMethods.Post, number),
        ["v1", "documents"] => new(ApiRoute.List, HttpMethods.Get),
        ["v1", "documents", var id, "content"] => new(ApiRoute.Content, HttpMethods.Get, id),
        _ => null,
    };
}
