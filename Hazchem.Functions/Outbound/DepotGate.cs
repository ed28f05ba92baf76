using System.Collections.Immutable;
using Hazchem.Functions.Documents;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// Whether a depot can send now, and what Hazchem has taught about its limits: the row <c>outbound</c> of the depot in
/// <c>DepotState</c>, which every instance goes by.
/// </summary>
internal sealed record DepotGate
{
    /// <summary>Documents in a row without an answer, after which it is Hazchem that is out of reach and not a document.</summary>
    public const int FailuresThatClose = 3;

    /// <summary>Documents of one type in a row that Hazchem calls malformed, after which it is our bug or their change.</summary>
    public const int RefusalsThatClose = 5;

    /// <summary>How long a learned limit is believed. It may have been a limit for a while only.</summary>
    public static readonly TimeSpan LimitLasts = TimeSpan.FromDays(1);

    private static readonly TimeSpan TypeClosedFor = TimeSpan.FromHours(1);

    private static readonly TimeSpan WrongKeyProbedEvery = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan RateLimitLasts = TimeSpan.FromMinutes(1);

    /// <summary>Whatever Hazchem or something before it asks for: a date a year ahead must not close a depot for a year.</summary>
    private static readonly TimeSpan MostWait = TimeSpan.FromHours(1);

    private static readonly TimeSpan[] ProbeDelays =
        [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15)];

    public required DepotCode Depot { get; init; }

    /// <summary>Why nothing of this depot is sent; null while it is open.</summary>
    public ClosureKind? Closed { get; init; }

    public string? Reason { get; init; }

    public DateTimeOffset? ClosedSince { get; init; }

    /// <summary>When somebody may ask Hazchem again.</summary>
    public DateTimeOffset? ProbeAt { get; init; }

    /// <summary>Closings and failed probes since a document last arrived.</summary>
    public int Troubles { get; init; }

    public ImmutableDictionary<DocumentType, TypeGate> Types { get; init; } = ImmutableDictionary<DocumentType, TypeGate>.Empty;

    /// <summary>Why a document of this type cannot be sent now; null where it can.</summary>
    public DepotClosure? ClosureFor(DocumentType type, DateTimeOffset now)
    {
        if (Closed is not null)
        {
            return new DepotClosure(Reason!, ProbeAt!.Value);
        }

        return Types.GetValueOrDefault(type) is { ClosedUntil: { } until } gate && until > now
            ? new DepotClosure(gate.Reason!, until)
            : null;
    }

    /// <summary>The most bytes to send, where Hazchem has taught less than the settings say.</summary>
    public long LimitFor(DocumentType type, long settings, DateTimeOffset now) =>
        Types.GetValueOrDefault(type) is { Limit: { } limit, LimitUntil: { } until } && until > now ? Math.Min(limit, settings) : settings;

    /// <summary>Documents are getting through, or Hazchem says definitely no: either way it is there.</summary>
    public DepotGate Open() => this with { Closed = null, Reason = null, ClosedSince = null, ProbeAt = null };

    public DepotGate Close(ClosureKind kind, string reason, TimeSpan? retryAfter, DateTimeOffset now)
    {
        var wait = kind switch
        {
            ClosureKind.WrongKey => WrongKeyProbedEvery,
            ClosureKind.TooManyRequests => Least(retryAfter ?? RateLimitLasts, MostWait),
            _ => ProbeDelays[Math.Min(Troubles, ProbeDelays.Length - 1)],
        };
        return this with
        {
            Closed = kind,
            Reason = reason,
            ClosedSince = ClosedSince ?? now,
            ProbeAt = now + (retryAfter > wait ? Least(retryAfter.Value, MostWait) : wait),
            Troubles = Troubles + 1,
        };
    }

    public DepotGate Learn(DocumentType type, long limit, DateTimeOffset now) => WithType(
        type, gate => gate with { Limit = Math.Max(limit, OutboundPolicy.SmallestBelievableLimit), LimitUntil = now + LimitLasts });

    public DepotGate CloseType(DocumentType type, string reason, DateTimeOffset now) => WithType(
        type,
        gate => gate with
        {
            ClosedUntil = now + TypeClosedFor,
            Reason = $"Hazchem refused {RefusalsThatClose} documents of this type in a row, so it is not these documents: {reason}",
        });

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;

    public DepotGate OpenType(DocumentType type) => WithType(type, gate => gate with { ClosedUntil = null, Reason = null });

    private DepotGate WithType(DocumentType type, Func<TypeGate, TypeGate> change) =>
        this with { Types = Types.SetItem(type, change(Types.GetValueOrDefault(type) ?? new TypeGate())) };
}

/// <summary>What is known of one document type of a depot.</summary>
/// <param name="Limit">In bytes of the <c>file</c> part, as a 413 taught it.</param>
internal sealed record TypeGate(
    long? Limit = null, DateTimeOffset? LimitUntil = null, DateTimeOffset? ClosedUntil = null, string? Reason = null);

internal enum ClosureKind
{
    /// <summary>No usable answer to several documents in a row.</summary>
    OutOfReach,

    /// <summary>401. A new key may take a day to be seen.</summary>
    WrongKey,

    /// <summary>429.</summary>
    TooManyRequests,
}
