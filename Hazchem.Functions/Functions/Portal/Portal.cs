using Hazchem.Functions.Portal;

namespace Hazchem.Functions.Functions.Portal;

/// <summary>The web page for people and what it asks for. App Service authentication is in front of it.</summary>
/// <remarks>
/// The host chooses a function by the decoded path and then forwards what <see cref="Uri"/> makes of it, which decodes once
/// more and reads <c>\</c> as a slash: <c>/api/portal/..%5cv1/status</c> would come here as <c>/api/v1/status</c>, and no key
/// was asked for. So the route takes plain characters only. Such a constraint never fits an empty path, and the page itself
/// is the function <c>PortalPage</c>.
/// </remarks>
internal static class Portal
{
    public const string Path = "/api/portal";

    public static void Map(IEndpointRouteBuilder app)
    {
        WebPage.Map(app, Path);
        Endpoints.Map(app, $"{Path}/v1");
    }
}
