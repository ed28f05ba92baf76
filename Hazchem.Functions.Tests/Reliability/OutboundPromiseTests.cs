using System.Globalization;
using System.Text;
using CsCheck;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>
/// The promise, held against random histories: two owners whose operations interleave in any way, crashes between any
/// two of them, a Hazchem that refuses, is down or loses answers, a TMS that overwrites, deletes and drops again, shadow mode
/// switched on and off, and time.
/// </summary>
/// <remarks>
/// A failure prints its seed: <c>CsCheck_Seed=…</c> in the environment runs that history again. <c>OUTBOUND_HISTORIES</c> in
/// the environment is how many histories are tried; 10,000 unless told.
/// </remarks>
public sealed class OutboundPromiseTests
{
    private const string HistoriesVariable = "OUTBOUND_HISTORIES";
    private const int Histories = 10_000;
    private const int MaxSweeps = 600;

    /// <summary>Behind the two owners: somebody at the web page.</summary>
    private const int Person = 2;

    private static readonly string[] Names = ["045/HZ1/pod/a.jpg", "045/HZ1/pod/b.jpg"];
    private static readonly TimeSpan SweepsAreApart = TimeSpan.FromMinutes(20);

    private static readonly TimeSpan[] Times =
    [
        TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(7),
        TimeSpan.FromHours(1), TimeSpan.FromHours(7), TimeSpan.FromHours(25),
    ];

    private static readonly Gen<HazchemManners> AnyManners = Gen.Select(
        Gen.Bool,
        Gen.Bool,
        OneOf(500_000L, 500_000L, 300_000L),
        OneOf(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMinutes(30), TimeSpan.FromHours(3), TimeSpan.FromHours(30)),
        OneOf<int?>(null, null, 0),
        (usesUp, sizeFirst, maxBytes, announced, forbidden) => new HazchemManners(usesUp, sizeFirst, maxBytes, announced, forbidden));

    private static readonly Gen<Move> AnyMove = Gen.Frequency(
        (50, Gen.Select(Gen.Int[0, 2], Gen.Int[1, 6], (owner, steps) => new Move(MoveKind.Go, owner, steps))),
        (10, Gen.Select(Gen.Int[0, 1], Gen.Int[0, 1], (owner, name) => new Move(MoveKind.Trigger, owner, name))),
        (8, Gen.Int[0, 1].Select(owner => new Move(MoveKind.Sweep, owner, 0))),
        (5, Gen.Int[0, 2].Select(owner => new Move(MoveKind.Crash, owner, 0))),
        (12, Gen.Int[0, Times.Length - 1].Select(time => new Move(MoveKind.Wait, time, 0))),
        (8, Gen.Select(Gen.Int[0, 1], Gen.Int[0, 1], (name, content) => new Move(MoveKind.Drop, name, content))),
        (1, Gen.Select(Gen.Int[0, 1], Gen.Int[0, 1], (name, content) => new Move(MoveKind.DropSigned, name, content))),
        (2, Gen.Int[0, 1].Select(name => new Move(MoveKind.Delete, name, 0))),
        (7, Gen.Int[0, 5].Select(weather => new Move(MoveKind.Weather, weather, 0))),
        (5, Gen.Int[0, 1].Select(content => new Move(MoveKind.SendAgain, content, 0))),
        (3, Gen.Int[0, 1].Select(content => new Move(MoveKind.Dismiss, content, 0))),
        (2, Gen.Int[0, 1].Select(shadow => new Move(MoveKind.Shadow, shadow, 0))));

    private enum MoveKind
    {
        Go,
        Trigger,
        Sweep,
        Crash,
        Wait,
        Drop,
        DropSigned,
        Delete,
        Weather,
        SendAgain,
        Dismiss,
        Shadow,
    }

    [Fact]
    public void Outbound_anyHistoryOfTwoOwners_sendsEachDocumentOnceOrPutsItBeforeAPerson()
    {
        var histories = int.TryParse(
            Environment.GetEnvironmentVariable(HistoriesVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var told)
            ? told
            : Histories;
        Gen.Select(AnyManners, AnyMove.Array[10, 80]).Sample(
            (manners, moves) => Break(manners, moves) is null,
            iter: histories,
            print: history => $"{history.Item1}\n{string.Join('\n', history.Item2)}\n=> {Break(history.Item1, history.Item2)}");
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    /// <summary>What is broken at the end of this history, or on the way; null where the promise was kept.</summary>
    private static string? Break(HazchemManners manners, Move[] moves)
    {
        var world = new OutboundWorld(manners);
        world.Put(Names[0], 1);
        var owners = new IEnumerator<Pause>?[3];
        foreach (var move in moves)
        {
            switch (move.Kind)
            {
                case MoveKind.Go:
                    for (var step = 0; step < move.B && owners[move.A] is { } owner; step++)
                    {
                        if (!owner.MoveNext())
                        {
                            owners[move.A] = null;
                        }

                        if (Hidden(world) is { } hidden)
                        {
                            return hidden;
                        }
                    }

                    break;
                case MoveKind.Trigger:
                    owners[move.A] ??= OutboundOwner.Send(world, Names[move.B]).GetEnumerator();
                    break;
                case MoveKind.Sweep:
                    owners[move.A] ??= OutboundOwner.Sweep(world).GetEnumerator();
                    break;
                case MoveKind.Crash:
                    owners[move.A] = null;
                    break;
                case MoveKind.Wait:
                    world.Now += Times[move.A];
                    break;
                case MoveKind.Drop or MoveKind.DropSigned:
                    world.Put(Names[move.A], move.B, signed: move.Kind == MoveKind.DropSigned);
                    break;
                case MoveKind.Delete:
                    world.Remove(Names[move.A]);
                    break;
                case MoveKind.SendAgain:
                    owners[Person] ??= OutboundOwner.Decide(world, move.A, again: true).GetEnumerator();
                    break;
                case MoveKind.Dismiss:
                    owners[Person] ??= OutboundOwner.Decide(world, move.A, again: false).GetEnumerator();
                    break;
                case MoveKind.Weather:
                    world.Hazchem.Weather = (Weather)move.A;
                    break;
                case MoveKind.Shadow:
                    world.Shadow = move.A == 1;
                    break;
            }
        }

        // The faults end; what still ran is gone, and only sweeps come.
        world.Hazchem.Weather = Weather.Fine;
        for (var sweep = 0; sweep < MaxSweeps && (world.DropBox.Count > 0 || world.Waiting.Count > 0); sweep++)
        {
            world.Now += SweepsAreApart;
            foreach (var _ in OutboundOwner.Sweep(world))
            {
                if (Hidden(world) is { } hidden)
                {
                    return hidden;
                }
            }
        }

        world.Now += SweepsAreApart;
        foreach (var _ in OutboundOwner.CountDay(world))
        {
            if (Hidden(world) is { } hidden)
            {
                return hidden;
            }
        }

        return BrokenAtTheEnd(world);
    }

    /// <summary>At every moment: what waits is found by the sweep, and what needs a person is shown to one.</summary>
    private static string? Hidden(OutboundWorld world)
    {
        foreach (var (key, row) in world.Rows)
        {
            if (row.Document.NeedsAttention && !world.Attention.ContainsKey(key))
            {
                return $"{key} is {row.Document.State} and needs attention, but no entry says so.";
            }

            var content = OutboundWorld.ContentOf(row.Document.Original);
            if (row.Document.State is OutboundState.Rejected or OutboundState.Failed
                && world.Entrusted.ContainsKey(row.Document.Drop)
                && !world.Archived.ContainsKey((StorageNames.NotSentContainer, content))
                && world.DropBox.Values.All(blob => blob.Content != content))
            {
                return $"{key} is {row.Document.State} and its original is nowhere.";
            }

            if (row.Document.State == OutboundState.Waiting
                && world.DropBox.TryGetValue(row.Document.Drop.Name, out var blob) && blob.Drop == row.Document.Drop
                && !world.Waiting.ContainsKey(row.Document.Drop))
            {
                return $"{key} waits, but no entry says so.";
            }
        }

        return null;
    }

    private static string? BrokenAtTheEnd(OutboundWorld world)
    {
        var broken = new StringBuilder();
        foreach (var (name, _) in world.DropBox)
        {
            broken.AppendLine(CultureInfo.InvariantCulture, $"{name} is still in the drop box.");
        }

        foreach (var (drop, _) in world.Waiting)
        {
            broken.AppendLine(CultureInfo.InvariantCulture, $"{drop} still waits.");
        }

        foreach (var content in world.Entrusted.Values.Distinct())
        {
            var row = world.Rows.Values.FirstOrDefault(row => row.Document.Original == OutboundWorld.HashOf(content));
            var ended = row?.Document.State switch
            {
                OutboundState.Sent => (world.Hazchem.Held.Contains(content)
                        || (row.Document.HazchemDocumentId is null && world.Hazchem.SpentOnDamage.Contains(content)))
                    && world.Archived.ContainsKey((StorageNames.SentContainer, content))
                    && Told(OutcomeKind.Sent),
                OutboundState.Rejected or OutboundState.Failed => IsWithAPerson(world, row.Document)
                    && world.Archived.ContainsKey((StorageNames.NotSentContainer, content))
                    && Told(OutcomeKind.NotSent),
                OutboundState.Shadowed => world.Archived.ContainsKey((StorageNames.NotSentContainer, content)) && Told(OutcomeKind.Shadowed),
                _ => false,
            };

            // Another drop of the same content had its end and was told: a person has it, or it was of shadow mode, as the row
            // is still, or the TMS took back the one that the row speaks of.
            var endedBefore = row is not null
                && world.Archived.Keys.Any(archived => archived.Content == content)
                && ((Told(OutcomeKind.NotSent) && IsWithAPerson(world, row.Document))
                    || (Told(OutcomeKind.Shadowed) && row.Document.Shadow)
                    || (!world.Entrusted.ContainsKey(row.Document.Drop) && (Told(OutcomeKind.NotSent) || Told(OutcomeKind.Sent) || Told(OutcomeKind.Shadowed))));
            if (!ended && !endedBefore)
            {
                broken.AppendLine(CultureInfo.InvariantCulture, $"Content {content} was dropped and its end is wrong: {row?.Document}.");
            }

            bool Told(OutcomeKind kind) => world.Told.Exists(outcome => outcome.Kind == kind && outcome.Document == row!.Document.Key);
        }

        foreach (var (key, row) in world.Rows)
        {
            var content = OutboundWorld.ContentOf(row.Document.Original);
            var held = world.Hazchem.Held.Count(other => other == content);
            if (held > 1 + world.FreshStarts.GetValueOrDefault(key))
            {
                broken.AppendLine(CultureInfo.InvariantCulture, $"Hazchem holds content {content} {held} times.");
            }

            if (row.Document.State == OutboundState.Shadowed && held > 0 && world.FreshStarts.GetValueOrDefault(key) == 0)
            {
                broken.AppendLine(CultureInfo.InvariantCulture, $"Content {content} was not to be sent, and Hazchem holds it.");
            }

            // Where several drops share the row, or the TMS took the file back, an owner may be cut with nobody to come back
            // to what it announced: whoever reads such an entry finds in the row that the document was sent.
            var isAlone = world.TimesDropped[content] == 1 && world.Entrusted.ContainsKey(row.Document.Drop);
            if (row.Document.State == OutboundState.Sent && isAlone
                && world.Attention.ContainsKey(key) && !world.AnnouncedLate.Contains(key))
            {
                broken.AppendLine(CultureInfo.InvariantCulture, $"Content {content} was sent and still asks for attention.");
            }
        }

        foreach (var content in world.SentAfterShadow)
        {
            broken.AppendLine(CultureInfo.InvariantCulture, $"Content {content} ended in shadow mode, and an older drop of it began again.");
        }

        foreach (var content in world.SentInShadowMode)
        {
            broken.AppendLine(CultureInfo.InvariantCulture, $"Content {content} was sent in shadow mode.");
        }

        return broken.Length == 0 ? null : broken.ToString();
    }

    /// <summary>A person is shown it, or has looked at it and said that it is done with.</summary>
    private static bool IsWithAPerson(OutboundWorld world, OutboundDocument document) =>
        world.Attention.ContainsKey(document.Key) || document.Actions.ToList().Any(action => action.Action == OutcomeKind.Dismissed);

    /// <param name="A">The owner; for what the TMS does the name; else the time, the weather, or whether shadow mode is on.</param>
    /// <param name="B">The number of operations, the name or the content.</param>
    private sealed record Move(MoveKind Kind, int A, int B);
}
