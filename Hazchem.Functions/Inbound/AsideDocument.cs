using Hazchem.Functions.HazchemApi;

namespace Hazchem.Functions.Inbound;

/// <summary>A listed document that could not be fetched, with its own schedule, so that it does not hold up the rest.</summary>
/// <param name="Failures">So far.</param>
/// <param name="Damages">How many of them were content that came and was not what the listing says.</param>
/// <param name="Since">When it failed first.</param>
/// <param name="DueAt">When it is tried again.</param>
/// <param name="Reason">What went wrong last, for a person.</param>
internal sealed record AsideDocument(
    ListedDocument Document, int Failures, int Damages, DateTimeOffset Since, DateTimeOffset DueAt, string Reason)
{
    /// <summary>From this failure on, a person is shown it.</summary>
    public const int ShownFrom = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);
    private static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(7);

    public static AsideDocument First(ListedDocument document, FetchResult.Failed failed, DateTimeOffset now) =>
        new(document, 1, failed.Damaged ? 1 : 0, now, now, failed.Reason);

    /// <summary>The first retry is the next run's, the others come hourly.</summary>
    public AsideDocument Again(FetchResult.Failed failed, DateTimeOffset now) => this with
    {
        Failures = Failures + 1,
        Damages = Damages + (failed.Damaged ? 1 : 0),
        DueAt = now + Interval,
        Reason = failed.Reason,
    };

    public bool IsGivenUp(DateTimeOffset now) => now - Since >= GivenUpAfter;
}
