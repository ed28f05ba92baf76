using Hazchem.Functions.HazchemApi;

namespace Hazchem.Functions.Portal;

/// <summary>Who asks, and how the depots do.</summary>
internal sealed class StatusEndpoints(StatusReader status, HazchemSettings hazchem)
{
    public Task<IResult> GetMeAsync(ApiRequest request) => Task.FromResult<IResult>(new JsonAnswer<MeBody>(
        new MeBody(request.Caller.Name, [.. hazchem.Depots.Keys.Order().Select(depot => depot.Value)]), PortalJson.Default.MeBody));

    public async Task<IResult> GetStatusAsync(ApiRequest request)
    {
        var now = await status.ReadAsync(request.Aborted);
        return new JsonAnswer<StatusBody>(now, PortalJson.Default.StatusBody, ETag: now.Tag());
    }
}

internal sealed record MeBody(string Name, IReadOnlyList<string> Depots);
