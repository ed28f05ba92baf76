namespace Hazchem.Functions.Portal;

/// <summary>Several of the same, each by itself: one that cannot be done does not keep the others.</summary>
internal static class Bulk
{
    private const int Most = 100;
    private const int AtOnce = 8;

    public static async Task<IResult> AnswerAsync(
        ApiRequest request, IReadOnlyList<string>? ids, Func<string, CancellationToken, Task<ActionResult>> act)
    {
        if (ids is not { Count: >= 1 and <= Most } || ids.Contains(null!))
        {
            return Problem.BadRequest($"ids must have 1 to {Most} items.");
        }

        var distinct = ids.Distinct().ToList();
        var results = new BulkItem[distinct.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, distinct.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = request.Aborted },
            async (i, token) =>
            {
                var result = await TryAsync(request, () => act(distinct[i], token), token);
                results[i] = new BulkItem(distinct[i], result.Done, result.Code, result.Detail);
            });
        return new JsonAnswer<BulkBody>(new BulkBody(results), PortalJson.Default.BulkBody);
    }

    private static async Task<ActionResult> TryAsync(ApiRequest request, Func<Task<ActionResult>> act, CancellationToken cancellationToken)
    {
        try
        {
            return await act();
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Log.ItemFailed(request.Logger, e);
            return ActionResult.Failed;
        }
    }
}

internal sealed record IdsBody(IReadOnlyList<string>? Ids);

internal sealed record DismissBody(IReadOnlyList<string>? Ids, string? Note);

internal sealed record BulkBody(IReadOnlyList<BulkItem> Results);

internal sealed record BulkItem(string Id, bool Done, string? Code, string? Detail);
