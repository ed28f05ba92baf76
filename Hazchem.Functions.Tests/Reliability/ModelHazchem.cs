using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>How Hazchem, or the way to it, behaves at the moment.</summary>
internal enum Weather
{
    Fine,

    /// <summary>No connection is made.</summary>
    Down,

    /// <summary>What is sent arrives and is judged; the answer does not come back.</summary>
    AnswersLost,

    /// <summary>What is sent does not arrive, and nobody can tell that from a lost answer.</summary>
    RequestsLost,

    /// <summary>The depot's key is wrong.</summary>
    KeyUnknown,

    /// <summary>What arrives is not what was sent.</summary>
    Damaging,

    /// <summary>What arrives is refused for good.</summary>
    Refusing,
}

/// <summary>What the contract leaves open, or may differ from one consignment to another.</summary>
/// <param name="RefusedAttemptsUseUpTheirKey">Whether a 413 or a 422 binds its key to what was refused.</param>
/// <param name="SizeBeforeKey">Whether the size is judged before the key is looked up.</param>
/// <param name="MaxBytes">The true limit.</param>
/// <param name="AnnouncedAfter">From when on the consignment is known.</param>
/// <param name="Forbidden">The content that gets a 403; null for none.</param>
internal sealed record HazchemManners(
    bool RefusedAttemptsUseUpTheirKey, bool SizeBeforeKey, long MaxBytes, TimeSpan AnnouncedAfter, int? Forbidden);

/// <summary>Hazchem as its contract has it, in memory: it holds what it accepted, and remembers keys for 24 hours.</summary>
internal sealed class ModelHazchem(HazchemManners manners, DateTimeOffset start)
{
    private static readonly TimeSpan KeysLast = TimeSpan.FromHours(24);

    private readonly Dictionary<string, (Sha256Hash Bytes, string? DocumentId, DateTimeOffset At)> keys = [];

    /// <summary>The content of each document that it holds, once for each time that it was stored.</summary>
    public List<int> Held { get; } = [];

    /// <summary>
    /// The contents of which an attempt arrived damaged and bound its key to the damaged bytes. If the owner crashed before
    /// it wrote that answer down, the next 409 is the same as if the document had been stored: nobody can tell them apart.
    /// </summary>
    public HashSet<int> SpentOnDamage { get; } = [];

    public Weather Weather { get; set; }

    public SendOutcome Receive(int content, string key, Sha256Hash bytes, long length, DateTimeOffset now)
    {
        switch (Weather)
        {
            case Weather.Down:
                return new SendOutcome.Unavailable(TroubleKind.CannotConnect, "No connection.", Ambiguous: false);
            case Weather.RequestsLost:
                return new SendOutcome.Unavailable(TroubleKind.TimedOut, "No answer.", Ambiguous: true);
            case Weather.KeyUnknown:
                return new SendOutcome.Refused(RefusalReason.Unauthenticated, "401");
            case Weather.Refusing:
                return new SendOutcome.Refused(RefusalReason.NotPermitted, "403");
            case Weather.Damaging:
                if (UseUp(key, Sha256Hash.Of($"damaged {bytes}"), now))
                {
                    SpentOnDamage.Add(content);
                }

                return new SendOutcome.Unavailable(TroubleKind.DamagedOnTheWay, "422", Ambiguous: false);
            default:
                var answer = Judge(content, key, bytes, length, now);
                return Weather == Weather.AnswersLost
                    ? new SendOutcome.Unavailable(TroubleKind.TimedOut, "No answer.", Ambiguous: true)
                    : answer;
        }
    }

    private SendOutcome Judge(int content, string key, Sha256Hash bytes, long length, DateTimeOffset now)
    {
        if (now < start + manners.AnnouncedAfter)
        {
            return new SendOutcome.Refused(RefusalReason.ConsignmentUnknown, "404");
        }

        if (content == manners.Forbidden)
        {
            return new SendOutcome.Refused(RefusalReason.NotPermitted, "403");
        }

        var tooLarge = length > manners.MaxBytes;
        if (!(tooLarge && manners.SizeBeforeKey)
            && keys.TryGetValue(key, out var use) && now - use.At < KeysLast)
        {
            if (use.Bytes != bytes)
            {
                return new SendOutcome.KeyUsed(AfterAmbiguousAttempt: false);
            }

            if (use.DocumentId is { } id)
            {
                return new SendOutcome.Accepted(id, use.At);
            }
        }

        if (tooLarge)
        {
            UseUp(key, bytes, now);
            return new SendOutcome.Refused(RefusalReason.TooLarge, "413", manners.MaxBytes);
        }

        Held.Add(content);
        keys[key] = (bytes, $"D-{Held.Count}", now);
        return new SendOutcome.Accepted($"D-{Held.Count}", now);
    }

    private bool UseUp(string key, Sha256Hash bytes, DateTimeOffset now) =>
        manners.RefusedAttemptsUseUpTheirKey && keys.TryAdd(key, (bytes, null, now));
}
