namespace Hazchem.Functions.Portal;

/// <summary>Several of the same, each by itself: one that cannot be done does not keep the others.</summary>
internal static class Bulk
{
    private const int Most = 100;
    private const int AtOnce = 8;

    public static async Task<IResult> AnswerAsync(
        IReadOnlyList<string>? ids, Func<string, CancellationToken, Task<ActionResult>> act, CancellationToken cancellationToken)
    {
        if (ids is not { Count: >= 1 and <= Most } || ids.Contains(null!))
        {
            return Problem.BadRequest($"ids must have 1 to {Most} items.");
        }

        var distinct = ids.Distinct().ToList();
        var results = new BulkItem[distinct.Count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, distinct.Count),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                var result = await act(distinct[i], token);
                results[i] = new BulkItem(distinct[i], result.Done, result.Code, result.Detail);
            });
        return new JsonAnswer<BulkBody>(new BulkBody(results), PortalJson.Default.BulkBody);
    }
}

internal sealed record IdsBody(IReadOnlyList<string>? Ids);

internal sealed record DismissBody(IReadOnlyList<string>? Ids, string? Note);

internal sealed record BulkBody(IReadOnlyList<BulkItem> Results);

internal sealed record BulkItem(string Id, bool Done, string? Code, string? Detail);
