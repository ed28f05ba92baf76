using Hazchem.Functions.Portal;

namespace Hazchem.Functions.Functions.Portal;

/// <summary>The web page for people and what it asks for. App Service authentication is in front of it.</summary>
internal static class Portal
{
    public const string Path = "/api/portal";

    public static void Map(IEndpointRouteBuilder app)
    {
        WebPage.Map(app, Path);
        Endpoints.Map(app, $"{Path}/v1");
    }
}
