using System.Globalization;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Storage;
using static Hazchem.Functions.Outbound.OutboundWrite;

namespace Hazchem.Functions.Outbound;

/// <summary>
/// The states of a document on its way to Hazchem: state × event → the ordered writes. Nothing else decides what is
/// written of such a document, and nothing here reads or writes anything.
/// </summary>
/// <remarks>
/// <para>
/// <c>Sending</c> → <c>Sent</c> | <c>Rejected</c> | <c>Waiting</c> | <c>Failed</c> | <c>Superseded</c> | <c>Shadowed</c>;
/// <c>Waiting</c>, <c>Rejected</c>, <c>Failed</c>, <c>Superseded</c> and <c>Shadowed</c> → <c>Sending</c>.
/// </para>
/// <para>
/// The order of the writes is what makes a crash between any two of them harmless. Entries of <c>OutboundWaiting</c>
/// and <c>NeedsAttention</c> come before the state they announce and go after it, while there still is what brings
/// somebody back: the file in the drop box, or the entry in <c>OutboundWaiting</c>. The TMS is told before the state
/// says so, since after it nobody would come back to tell. The original is archived after the state and deleted from
/// the drop box last: as long as it lies there, everything can be done again.
/// </para>
/// </remarks>
internal static class OutboundTransitions
{
    /// <param name="document">What the row says; null where there is none.</param>
    /// <param name="happened">What happened.</param>
    /// <param name="now">The time of it.</param>
    public static OutboundTransition Apply(OutboundDocument? document, OutboundEvent happened, DateTimeOffset now) =>
        (document, happened) switch
        {
            (null, OutboundEvent.Arrived arrived) => ClaimOrWait(New(arrived.File, now) with { Shadow = arrived.Shadow }, arrived, now),
            ({ } current, OutboundEvent.Arrived arrived) => Arrive(current, arrived, now),
            ({ State: OutboundState.Sending } current, OutboundEvent.Refused refused) => Refuse(current, refused.Reason, now),
            ({ State: OutboundState.Sending } current, OutboundEvent.Postponed postponed) =>
                Wait(current, postponed.Reason, now + OutboundPolicy.LookAgainAtRepeat, forDepot: false, now),
            ({ State: OutboundState.Sending } current, OutboundEvent.Interrupted interrupted) => Wait(
                current with { AmbiguousSince = current.AmbiguousSince ?? interrupted.SendingSince },
                "The app was stopped before it was sent. It is sent as soon as the app runs again.",
                dueAt: now,
                forDepot: false,
                now),
            ({ State: OutboundState.Sending, Shadow: true } current, OutboundEvent.Shadowed shadowed) => End(
                current with { Sent = shadowed.Sent }, OutboundState.Shadowed, "Shadow mode is on, so it was not sent to Hazchem.", now),
            ({ State: OutboundState.Sending, Shadow: false } current, OutboundEvent.Attempted attempted) => Attempt(current, attempted, now),
            ({ } current, OutboundEvent.Vanished vanished) => Vanish(current, vanished, now),
            ({ State: OutboundState.Rejected or OutboundState.Failed, Name: not null, IsGone: false } current, OutboundEvent.SentAgain again) =>
                PutBackIntoDropBox(current, again.By, now),
            ({ NeedsAttention: true, State: OutboundState.Rejected or OutboundState.Failed or OutboundState.Waiting } current, OutboundEvent.Dismissed dismissed) =>
                Dismiss(current, dismissed, now),
            _ => Nothing,
        };

    private static OutboundTransition Nothing { get; } = new(OutboundNext.Done, []);

    private static OutboundDocument New(DroppedFile file, DateTimeOffset now) => Describe(
        new OutboundDocument
        {
            Key = file.Key,
            Name = file.Name,
            Drop = file.Drop,
            Original = file.Sha256,
            OriginalBytes = file.Length,
            State = OutboundState.Sending,
            FirstSeenAt = now,
            UpdatedAt = now,
        },
        file);

    /// <summary>What the drop says of itself may differ between two drops of the same bytes; the one at hand counts.</summary>
    private static OutboundDocument Describe(OutboundDocument document, DroppedFile file) => document with
    {
        Name = file.Name,
        Drop = file.Drop,
        DroppedAt = file.DroppedAt,
        IsGone = false,
        Reference = file.Metadata.Reference,
        Note = file.Metadata.Note,
        CapturedAt = file.Metadata.CapturedAt,
        Signed = file.Metadata.Signed,
        DepotRole = file.Metadata.DepotRole,
    };

    private static OutboundTransition Arrive(OutboundDocument document, OutboundEvent.Arrived arrived, DateTimeOffset now)
    {
        var drop = arrived.File.Drop;
        var same = document.Drop == drop;

        // A file that is dropped anew when shadow mode is off is to be sent, and one that was on its way before it was switched
        // on may have arrived: that one waits.
        var shadow = document.Shadow && (same || arrived.Shadow);
        switch (document.State)
        {
            case OutboundState.Sending when document.ClaimedUntil > now:
                // In another's hands. Until its claim expires the sweep need not read the file again; a second file with the same
                // bytes waits for what becomes of the first.
                return LookAgain(document, drop, same ? document.ClaimedUntil.Value : now + OutboundPolicy.LookAgainAtRepeat);

            case OutboundState.Sending:
                // The owner is gone without a word, so nobody knows whether its attempt arrived, but for one that made none.
                var orphan = document.Shadow
                    ? document with { Shadow = shadow }
                    : document with
                    {
                        AmbiguousSince = document.AmbiguousSince ?? document.ClaimedAt,
                        // A drop with other marks may be refused by a rule that let the first one through.
                        WaitingSince = document.WaitingSince ?? (HasSameMarks(document, arrived.File) ? null : document.ClaimedAt),
                    };
                return document.Claims >= OutboundPolicy.MaxClaimsWithoutOutcome
                    ? End(
                        Describe(orphan, arrived.File),
                        OutboundState.Failed,
                        $"The app was stopped {document.Claims} times while it handled this file, so it is left alone. {(document.Shadow ? "It was not sent, since shadow mode was on." : "It may have arrived at Hazchem: ask them, and drop it again if it did not.")}",
                        now)
                    : ClaimOrWait(Describe(orphan, arrived.File), arrived, now);

            case OutboundState.Waiting when IsWaiting(document, arrived.Closed, now):
                return same ? Nothing : LookAgain(document, drop, document.DueAt!.Value);

            case OutboundState.Waiting:
                return ClaimOrWait(Describe(document with { Claims = 0, Shadow = shadow }, arrived.File), arrived, now);

            case OutboundState.Superseded:
                return ClaimOrWait(
                    Describe(
                        document with { Claims = 0, Attempts = 0, UnknownSince = null, EndedAt = null, Shadow = arrived.Shadow, FirstSeenAt = now },
                        arrived.File),
                    arrived,
                    now);

            case OutboundState.Sent when same:
                return new(OutboundNext.Done, [new RemoveAttention(), .. Tidy(document, StorageNames.SentContainer)]);

            case OutboundState.Sent:
                return Repeat(document, arrived.File, "The same file was sent before; it was not sent again.", now);

            case OutboundState.Shadowed when same:
                return new(OutboundNext.Done, [new RemoveAttention(), .. Tidy(document, StorageNames.NotSentContainer)]);

            case OutboundState.Rejected or OutboundState.Failed when same:
                return new(OutboundNext.Done, Tidy(document, StorageNames.NotSentContainer));

            case OutboundState.Rejected or OutboundState.Failed or OutboundState.Shadowed when IsSameDecision(document, arrived.File):
                return Repeat(
                    document,
                    arrived.File,
                    $"The same file was dropped before its outcome was known, so this outcome holds for it too: {document.Reason}",
                    now);

            case OutboundState.Rejected or OutboundState.Failed or OutboundState.Shadowed:
                // Something may have been corrected, or shadow mode is off, so it starts afresh.
                return ClaimOrWait(
                    Describe(NextGeneration(document), arrived.File) with
                    {
                        Claims = 0,
                        Attempts = 0,
                        WaitingSince = null,
                        UnknownSince = null,
                        DueAt = null,
                        Reason = null,
                        MaxBytes = null,
                        EndedAt = null,
                        Shadow = arrived.Shadow,
                        FirstSeenAt = now,
                    },
                    arrived,
                    now);

            default:
                return Nothing;
        }
    }

    /// <summary>
    /// Whether the drop was made before the document ended, so that nobody can have meant it as another try. If nothing reached
    /// Hazchem, a drop with other marks is a correction and no repeat, and doubts about the clocks are settled by trying again.
    /// </summary>
    private static bool IsSameDecision(OutboundDocument document, DroppedFile file) =>
        document.AmbiguousSince is not null || document.Shadow
            ? file.DroppedAt <= document.EndedAt + OutboundPolicy.ClocksDiffer
            : file.DroppedAt <= document.EndedAt - OutboundPolicy.ClocksDiffer && HasSameMarks(document, file);

    private static bool HasSameMarks(OutboundDocument document, DroppedFile file) =>
        document.Signed == file.Metadata.Signed && document.DepotRole == file.Metadata.DepotRole;

    /// <summary>The same bytes again, and nothing to decide: counted, told, archived and taken out of the drop box.</summary>
    private static OutboundTransition Repeat(OutboundDocument document, DroppedFile file, string reason, DateTimeOffset now)
    {
        var repeated = document with
        {
            Name = file.Name,
            Drop = file.Drop,
            IsGone = false,
            Repeats = document.Repeats + 1,
            UpdatedAt = now,
        };
        return new(
            OutboundNext.Done,
            [
                new Tell(OutcomeOf(repeated, KindOf(document.State), $"repeat {file.Drop.ETag}", now) with
                {
                    Reference = file.Metadata.Reference,
                    Reason = reason,
                }),
                new Save(repeated),
                .. Tidy(repeated, ContainerOf(document.State)),
            ]);
    }

    private static bool IsWaiting(OutboundDocument document, DepotClosure? closed, DateTimeOffset now) =>
        NoLaterThan(document, now) > now && (document.WaitsForDepot ? closed is not null : document.DueAt > now);

    private static OutboundTransition ClaimOrWait(OutboundDocument document, OutboundEvent.Arrived arrived, DateTimeOffset now)
    {
        if (document.AmbiguousSince + OutboundPolicy.AmbiguousLasts <= now)
        {
            return End(document, OutboundState.Failed, MayHaveArrived, now);
        }

        if (arrived.Shadow && !document.Shadow)
        {
            return Wait(
                document,
                "Shadow mode was switched on before it was sent. It is sent when that is off again.",
                now + OutboundPolicy.LookAgainInShadowMode,
                forDepot: false,
                now);
        }

        // The last attempt that can still be told from a second copy is made even at a closed depot.
        if (!document.Shadow && arrived.Closed is { } closed && !(document.AmbiguousSince + OutboundPolicy.LastAmbiguousAttempt <= now))
        {
            return Wait(document, closed.Reason, closed.Until, forDepot: true, now);
        }

        return new(
            OutboundNext.Send,
            [
                new Save(document with
                {
                    State = OutboundState.Sending,
                    MaxBytes = LimitOf(document, arrived.MaxBytes),
                    Claims = document.Claims + 1,
                    ClaimedAt = now,
                    ClaimedUntil = now + OutboundPolicy.ClaimLasts,
                    UpdatedAt = now,
                }),
            ]);
    }

    /// <summary>
    /// The limit is written down with the claim. Whoever repeats an attempt of which nobody knows whether it arrived must
    /// send the same bytes under the same key: larger ones could be refused, which ends the generation, and Hazchem would
    /// get the document a second time under the next.
    /// </summary>
    private static long? LimitOf(OutboundDocument document, long? known) =>
        document.MaxBytes is { } kept && (document.AmbiguousSince is not null || kept < known) ? kept : known;

    /// <summary>When a waiting document must be looked at whatever its depot does: to try a last time, or to give up.</summary>
    private static DateTimeOffset NoLaterThan(OutboundDocument document, DateTimeOffset now)
    {
        var givenUp = (document.WaitingSince ?? now) + OutboundPolicy.GiveUpAfter;
        var lastAttempt = document.AmbiguousSince + OutboundPolicy.LastAmbiguousAttempt;
        return lastAttempt < givenUp ? lastAttempt.Value : givenUp;
    }

    /// <summary>A rule refuses it. If it was sent before and waits since its answer was lost, it may have arrived all the same.</summary>
    private static OutboundTransition Refuse(OutboundDocument document, string reason, DateTimeOffset now) =>
        document is { AmbiguousSince: not null, WaitingSince: not null }
            ? End(
                document,
                OutboundState.Failed,
                $"{reason} {SentBefore}",
                now)
            : End(document, OutboundState.Rejected, reason, now);

    private static OutboundTransition LookAgain(OutboundDocument document, Drop drop, DateTimeOffset dueAt) =>
        new(OutboundNext.Done, [new PutWaiting(drop, document.Key, dueAt)]);

    private static OutboundTransition Attempt(OutboundDocument claimed, OutboundEvent.Attempted attempted, DateTimeOffset now)
    {
        var document = claimed with { Sent = attempted.Sent };
        switch (attempted.Outcome)
        {
            case SendOutcome.Accepted accepted:
                return End(
                    document with { HazchemDocumentId = accepted.DocumentId, HazchemReceivedAt = accepted.ReceivedAt },
                    OutboundState.Sent,
                    reason: null,
                    now);

            case SendOutcome.KeyUsed when document.KeyInDoubt:
                return End(document, OutboundState.Failed, MayHaveArrived, now);

            case SendOutcome.KeyUsed used when used.AfterAmbiguousAttempt || document.AmbiguousSince is not null:
                return End(document, OutboundState.Sent, "Hazchem has it from an earlier attempt whose answer was lost.", now);

            case SendOutcome.KeyUsed:
                return End(
                    document with { AmbiguousSince = attempted.StartedAt },
                    OutboundState.Failed,
                    "Hazchem says that it had another file under this document's key, which this app knows nothing of. It may have arrived: ask them, and drop it again if it did not.",
                    now);

            case SendOutcome.Refused { Reason: RefusalReason.Unauthenticated } refused:
                // The key is the depot's trouble and says nothing of the document, so its generation goes on: an earlier
                // attempt whose answer was lost must still be told from a new one when the key is right again.
                return Retry(
                    refused.Ambiguous ? document with { AmbiguousSince = document.AmbiguousSince ?? attempted.StartedAt } : document,
                    refused.Message,
                    retryAfter: null,
                    attempted.Closed,
                    now);

            case SendOutcome.Refused { Reason: RefusalReason.ConsignmentUnknown } refused:
                return WaitForConsignment(
                    NextGeneration(document) with { UnknownSince = document.UnknownSince ?? now }, refused, now);

            case SendOutcome.Refused { Reason: RefusalReason.TooLarge } refused when !attempted.Again:
                var limit = Math.Max(
                    OutboundPolicy.SmallestBelievableLimit,
                    refused.MaxBytes ?? (long)(attempted.Sent.Bytes * OutboundPolicy.ShrinkWithoutKnownLimit));
                return SendAgain(document with { MaxBytes = limit }, now);

            case SendOutcome.Refused refused when refused.Ambiguous || document.AmbiguousSince is not null:
                return End(
                    document with { AmbiguousSince = document.AmbiguousSince ?? attempted.StartedAt },
                    OutboundState.Failed,
                    $"{refused.Message} {SentBefore}",
                    now);

            case SendOutcome.Refused refused:
                return End(NextGeneration(document), OutboundState.Rejected, refused.Message, now);

            case SendOutcome.Unavailable { Trouble: TroubleKind.DamagedOnTheWay } damaged
                when damaged.Ambiguous || document.AmbiguousSince is not null:
                // An earlier attempt under this key may have arrived, so the key stays. What was damaged may have used it up,
                // so a 409 to it says nothing any more.
                return Retry(
                    document with { AmbiguousSince = document.AmbiguousSince ?? attempted.StartedAt, KeyInDoubt = true },
                    damaged.Message,
                    damaged.RetryAfter,
                    attempted.Closed,
                    now);

            case SendOutcome.Unavailable { Trouble: TroubleKind.DamagedOnTheWay } damaged:
                // Hazchem read it and kept nothing, but the key may be used up: a second attempt under it could be
                // answered with a 409 that looks like success.
                return attempted.Again
                    ? Retry(NextGeneration(document), damaged.Message, damaged.RetryAfter, attempted.Closed, now)
                    : SendAgain(document, now);

            case SendOutcome.Unavailable unavailable:
                return Retry(
                    unavailable.Ambiguous ? document with { AmbiguousSince = document.AmbiguousSince ?? attempted.StartedAt } : document,
                    unavailable.Message,
                    unavailable.RetryAfter,
                    attempted.Closed,
                    now);

            default:
                return Nothing;
        }
    }

    /// <summary>The new generation is written down before it is used, or a crash would forget that its key may be taken.</summary>
    private static OutboundTransition SendAgain(OutboundDocument document, DateTimeOffset now) => new(
        OutboundNext.SendAgain,
        [new Save(NextGeneration(document) with { ClaimedAt = now, UpdatedAt = now })]);

    private static OutboundTransition Retry(
        OutboundDocument document, string reason, TimeSpan? retryAfter, DepotClosure? closed, DateTimeOffset now, DateTimeOffset? since = null)
    {
        var attempts = document.Attempts + 1;
        var delay = OutboundPolicy.DelayAfter(attempts);
        return Wait(
            document with { Attempts = attempts },
            reason,
            closed?.Until ?? now + (retryAfter > delay ? retryAfter.Value : delay),
            forDepot: closed is not null,
            now,
            since);
    }

    private static OutboundTransition WaitForConsignment(OutboundDocument document, SendOutcome.Refused refused, DateTimeOffset now)
    {
        var unknownFor = now - document.UnknownSince;
        if (unknownFor >= OutboundPolicy.UnknownConsignmentGivenUpAfter)
        {
            return End(
                document,
                OutboundState.Failed,
                $"Hazchem has not known this consignment for a day. Check the number, and drop the file again. ({refused.Message})",
                now);
        }

        var waiting = Retry(document, refused.Message, retryAfter: null, closed: null, now, since: document.UnknownSince);
        return waiting with
        {
            Writes = [.. waiting.Writes.Select(write => write is PutWaiting put ? put with { ForConsignment = true } : write)],
        };
    }

    /// <param name="document">As it was.</param>
    /// <param name="reason">Why it waits.</param>
    /// <param name="dueAt">When it is tried again.</param>
    /// <param name="forDepot">Whether it waits for its depot, which a person is shown as a whole and not for each file.</param>
    /// <param name="now">The time of it.</param>
    /// <param name="since">From when it counts that it has waited long; null for the beginning of the wait, whatever its reason was then.</param>
    private static OutboundTransition Wait(
        OutboundDocument document, string reason, DateTimeOffset dueAt, bool forDepot, DateTimeOffset now, DateTimeOffset? since = null)
    {
        if (document.WaitingSince + OutboundPolicy.GiveUpAfter <= now)
        {
            return End(
                document,
                OutboundState.Failed,
                document.AmbiguousSince is null ? $"Given up after three days. The last trouble: {reason}" : MayHaveArrived,
                now);
        }

        if (document.AmbiguousSince + OutboundPolicy.LastAmbiguousAttempt <= now)
        {
            return End(document, OutboundState.Failed, MayHaveArrived, now);
        }

        var noLaterThan = NoLaterThan(document, now);
        dueAt = dueAt < noLaterThan ? dueAt : noLaterThan;

        // Once for a wait: who has dismissed it is not shown it again. Until then the entry is put with each attempt.
        var show = !forDepot
            && now - (since ?? document.WaitingSince) >= OutboundPolicy.WaitShownAfter
            && (document.NeedsAttention || document.ShownWait is null || document.ShownWait != document.WaitingSince);
        var waiting = document with
        {
            State = OutboundState.Waiting,
            Claims = 0,
            WaitingSince = document.WaitingSince ?? now,
            NeedsAttention = document.NeedsAttention || show,
            ShownWait = show ? document.WaitingSince ?? now : document.ShownWait,
            DueAt = dueAt,
            WaitsForDepot = forDepot,
            Reason = reason,
            UpdatedAt = now,
        };
        return new(
            OutboundNext.Done,
            [
                .. show ? [new PutAttention(reason)] : Array.Empty<OutboundWrite>(),
                new PutWaiting(waiting.Drop, waiting.Key, dueAt, forDepot, noLaterThan),
                .. document.WaitingSince is null
                    ? [new Tell(OutcomeOf(waiting, OutcomeKind.Waiting, waiting.Drop.ETag, now))]
                    : Array.Empty<OutboundWrite>(),
                new Save(waiting),
            ]);
    }

    private static OutboundTransition End(OutboundDocument document, OutboundState state, string? reason, DateTimeOffset now)
    {
        var forAPerson = state is OutboundState.Rejected or OutboundState.Failed;
        var ended = document with
        {
            State = state,
            Claims = 0,
            Reason = reason ?? document.Note,
            NeedsAttention = forAPerson,
            SentAt = state == OutboundState.Sent ? now : null,
            EndedAt = now,
            WaitingSince = null,
            DueAt = null,
            UpdatedAt = now,
        };
        OutboundWrite[] announce = forAPerson ? [new PutAttention(reason!)] : [];
        // An owner before this one may have been cut between the announcement and the state, and whoever saw its claim made an
        // entry to look again.
        var announced = document.NeedsAttention || document.Claims > 1 || document.WaitingSince is not null;
        OutboundWrite[] retract = !forAPerson && announced ? [new RemoveAttention()] : [];
        return new(
            OutboundNext.Done,
            [
                .. announce,
                new Tell(OutcomeOf(ended, KindOf(state), $"{state} {ended.Generation}", now)),
                new Save(ended),
                .. retract,
                .. Tidy(ended, ContainerOf(state), document.WaitingSince is not null || document.Claims > 1),
            ]);
    }

    private static OutcomeKind KindOf(OutboundState end) => end switch
    {
        OutboundState.Sent => OutcomeKind.Sent,
        OutboundState.Shadowed => OutcomeKind.Shadowed,
        _ => OutcomeKind.NotSent,
    };

    private static string ContainerOf(OutboundState end) =>
        end == OutboundState.Sent ? StorageNames.SentContainer : StorageNames.NotSentContainer;

    private static OutboundTransition Vanish(OutboundDocument document, OutboundEvent.Vanished vanished, DateTimeOffset now)
    {
        var drop = vanished.Drop;
        var forget = new RemoveWaiting(drop);
        if (document.Drop != drop || document.State is not (OutboundState.Waiting or OutboundState.Sending))
        {
            return new(
                OutboundNext.Done,
                document.Drop == drop && document.State is OutboundState.Sent or OutboundState.Shadowed
                    ? [new RemoveAttention(), forget]
                    : [forget]);
        }

        if (document.State == OutboundState.Sending)
        {
            if (document.ClaimedUntil > now)
            {
                return Nothing;
            }

            if (!document.Shadow)
            {
                document = document with { AmbiguousSince = document.AmbiguousSince ?? document.ClaimedAt };
            }
        }

        if (vanished.Other is { } other && DropName.TryParse(other.Name, out var name, out _))
        {
            // The same bytes are still there under another name or version, so the document goes on with that one.
            return new(OutboundNext.Done, [new Save(document with { Name = name, Drop = other, UpdatedAt = now }), forget]);
        }

        var gone = document with
        {
            State = document.AmbiguousSince is null ? OutboundState.Superseded : OutboundState.Failed,
            IsGone = true,
            Claims = 0,
            Reason = document.AmbiguousSince is null
                ? "The file was overwritten or deleted in the drop box before it was sent."
                : "The file was overwritten or deleted in the drop box while nobody knew whether it had arrived at Hazchem. Ask them.",
            // An entry of a superseded document stays until it is sent: taking it off here could take off the one that
            // the next owner has just put there. Whoever reads it sees the state.
            NeedsAttention = document.NeedsAttention || document.AmbiguousSince is not null,
            EndedAt = now,
            WaitingSince = null,
            DueAt = null,
            UpdatedAt = now,
        };
        OutboundWrite[] announce = gone.State == OutboundState.Failed ? [new PutAttention(gone.Reason)] : [];
        return new(
            OutboundNext.Done,
            [
                .. announce,
                new Tell(OutcomeOf(
                    gone,
                    gone.State == OutboundState.Failed ? OutcomeKind.NotSent : OutcomeKind.Superseded,
                    $"{gone.State} {gone.Generation} {drop.ETag}",
                    now)),
                new Save(gone),
                forget,
            ]);
    }

    /// <summary>
    /// Who wants it is recorded first, and that the end no longer holds: what was dropped before it may be sent now. The file
    /// comes after it: once it lies in the drop box, it is a drop like any other, and a new one, since its ETag is. The state is
    /// whoever sends it to change.
    /// </summary>
    private static OutboundTransition PutBackIntoDropBox(OutboundDocument document, string by, DateTimeOffset now)
    {
        var name = ArchiveName(document);
        var asked = document with { EndedAt = null, Actions = document.Actions.With(new PersonAction(OutcomeKind.SentAgain, by, now)) };
        return new(
            OutboundNext.Done,
            [
                new Tell(OutcomeOf(asked, OutcomeKind.SentAgain, OccasionOf(now), now) with { By = by }),
                new Save(asked),
                new PutBack(name, document.Drop.Name),
                new RemoveArchived(name),
            ]);
    }

    /// <summary>
    /// The row goes before the entry, or the row would speak of an entry that is not there. Only the entry that was looked at
    /// goes: the document may have been dropped again and refused since.
    /// </summary>
    private static OutboundTransition Dismiss(OutboundDocument document, OutboundEvent.Dismissed dismissed, DateTimeOffset now)
    {
        var seen = document with
        {
            NeedsAttention = false,
            Actions = document.Actions.With(new PersonAction(OutcomeKind.Dismissed, dismissed.By, now, dismissed.Note)),
        };
        return new(
            OutboundNext.Done,
            [
                new Tell(OutcomeOf(seen, OutcomeKind.Dismissed, OccasionOf(now), now) with { By = dismissed.By, Note = dismissed.Note }),
                new Save(seen),
                new RemoveAttention(dismissed.Entry),
            ]);
    }

    private static string OccasionOf(DateTimeOffset now) => string.Create(CultureInfo.InvariantCulture, $"{now.UtcTicks}");

    /// <summary>The end of every document: the original to where it is kept, and then out of the drop box.</summary>
    private static OutboundWrite[] Tidy(OutboundDocument document, string container, bool waited = true) =>
    [
        new Archive(container, ArchiveName(document)),
        new DeleteDrop(document.Drop),
        .. waited ? [new RemoveWaiting(document.Drop)] : Array.Empty<OutboundWrite>(),
    ];

    private static OutboundDocument NextGeneration(OutboundDocument document) =>
        document with { Generation = document.Generation + 1, AmbiguousSince = null, KeyInDoubt = false };

    private static Outcome OutcomeOf(OutboundDocument document, OutcomeKind kind, string occasion, DateTimeOffset now) => new()
    {
        Kind = kind,
        Document = document.Key,
        Occasion = occasion,
        At = now,
        Direction = Direction.Outbound,
        Depot = document.Name?.Depot,
        Consignment = document.Name?.Consignment,
        DocumentType = document.Name?.Type.ToSegment(),
        State = document.State.ToString(),
        FileName = document.FileName,
        Blob = BlobOf(document),
        OriginalBytes = document.OriginalBytes,
        SentBytes = document.Sent?.Bytes,
        Sha256 = document.Original,
        HazchemDocumentId = document.HazchemDocumentId,
        Reference = document.Reference,
        Reason = document.Reason,
        FirstSeenAt = document.FirstSeenAt,
        DroppedAt = document.DroppedAt,
    };

    private static string ArchiveName(OutboundDocument document) => document.Name is null
        ? ArchiveNames.OfUnaddressed(document.Drop.Name, document.Original)
        : ArchiveNames.Of(document.Name, document.Original);

    /// <summary>Where the original is, or is about to be, <c>{container}/{name}</c>; empty where it is kept nowhere.</summary>
    public static string BlobOf(OutboundDocument document) => document.IsGone ? "" : document.State switch
    {
        OutboundState.Sent => $"{StorageNames.SentContainer}/{ArchiveName(document)}",
        OutboundState.Rejected or OutboundState.Failed or OutboundState.Shadowed => $"{StorageNames.NotSentContainer}/{ArchiveName(document)}",
        _ => $"{StorageNames.OutboundContainer}/{document.Drop.Name}",
    };

    private const string SentBefore =
        "It was sent before, and Hazchem's answer was lost: it may have arrived. Ask them before you drop it again.";

    private const string MayHaveArrived =
        "Nobody knows whether it arrived: Hazchem's answer was lost, and Hazchem remembers attempts for a day only, so sending it again could send it twice. It may have arrived: ask them, and drop it again if it did not.";
}
