using Hazchem.Functions.Portal;

namespace Hazchem.Functions.Functions.Api;

/// <summary>The same for the TMS. The Functions host has checked its key.</summary>
internal static class Api
{
    public const string Path = "/api/v1";

    public static void Map(IEndpointRouteBuilder app) => Endpoints.Map(app, Path);
}
