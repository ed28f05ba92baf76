using System.Globalization;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Outbound;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>
/// What a trigger and a sweep do, as <see cref="DocumentSender"/> and <see cref="OutboundSweep"/> do it, with a pause before
/// every operation: whoever holds the enumerator decides what happens in between, and dropping it is a crash.
/// </summary>
internal static class OutboundOwner
{
    /// <summary>The settings' limit, in bytes.</summary>
    private const long ConfiguredMaxBytes = 500_000;

    private const int MaxRaces = 5;

    public static IEnumerable<Pause> Send(OutboundWorld world, string name)
    {
        yield return Pause.BeforeStorage;
        if (world.Read(name) is not { } file)
        {
            yield break;
        }

        var shadow = world.Shadow;
        var held = new Held();
        var next = OutboundNext.Done;
        for (var race = 0; race < MaxRaces; race++)
        {
            var arrived = new OutboundEvent.Arrived(file, MaxBytes: ConfiguredMaxBytes, Shadow: shadow);
            var transition = OutboundTransitions.Apply(held.Row?.Document, arrived, world.Now);
            foreach (var pause in Write(world, transition.Writes, file, held))
            {
                yield return pause;
            }

            if (!held.Lost)
            {
                next = transition.Next;
                break;
            }

            yield return Pause.BeforeStorage;
            held.Row = world.Rows.GetValueOrDefault(file.Key);
        }

        for (var again = false; next is OutboundNext.Send or OutboundNext.SendAgain; again = true)
        {
            var document = held.Row!.Document;
            var content = OutboundWorld.ContentOf(file.Sha256);
            var picture = PictureOf(content, document.MaxBytes ?? ConfiguredMaxBytes);
            OutboundEvent happened = file.Metadata.Signed ? new OutboundEvent.Refused("It is signed.") : new OutboundEvent.Shadowed(picture);
            if (!document.Shadow && !file.Metadata.Signed)
            {
                var startedAt = world.Now;
                yield return Pause.BeforeHazchem;
                if (world.Now >= document.ClaimedUntil)
                {
                    // It lost its claim on the way, and leaves it to whoever has it now.
                    yield break;
                }

                if (shadow)
                {
                    world.SentInShadowMode.Add(content);
                }

                var outcome = world.Hazchem.Receive(content, document.IdempotencyKey, picture.Sha256, picture.Bytes, world.Now);
                happened = new OutboundEvent.Attempted(outcome, picture, startedAt, again);
            }

            yield return Pause.BeforeStorage;
            var transition = OutboundTransitions.Apply(document, happened, world.Now);
            foreach (var pause in Write(world, transition.Writes, file, held))
            {
                yield return pause;
            }

            next = held.Lost ? OutboundNext.Done : transition.Next;
        }
    }

    public static IEnumerable<Pause> Sweep(OutboundWorld world)
    {
        var startedAt = world.Now;
        yield return Pause.BeforeStorage;
        var pending = world.DropBox.Values.ToDictionary(blob => blob.Drop, blob => blob.LastModified);
        yield return Pause.BeforeStorage;
        var entries = world.Waiting.Values.ToList();
        foreach (var entry in entries.Where(entry => !pending.ContainsKey(entry.Drop)))
        {
            yield return Pause.BeforeStorage;
            if (world.DropBox.TryGetValue(entry.Drop.Name, out var blob) && blob.Drop == entry.Drop)
            {
                continue;
            }

            yield return Pause.BeforeStorage;
            if (world.Rows.GetValueOrDefault(entry.Document) is not { } row)
            {
                yield return Pause.BeforeStorage;
                world.Waiting.Remove(entry.Drop);
                continue;
            }

            var other = entries.Find(other => other.Document == entry.Document && pending.ContainsKey(other.Drop))?.Drop;
            var transition = OutboundTransitions.Apply(row.Document, new OutboundEvent.Vanished(entry.Drop, other), world.Now);
            foreach (var pause in Write(world, transition.Writes, null, new Held { Row = row }))
            {
                yield return pause;
            }
        }

        var due = pending
            .Where(drop => entries.Find(entry => entry.Drop == drop.Key) is { } entry
                ? entry.DueAt <= startedAt
                : drop.Value <= startedAt - OutboundPolicy.MissedAfter)
            .OrderBy(drop => drop.Value)
            .Select(drop => drop.Key.Name)
            .ToList();
        foreach (var pause in due.SelectMany(name => Send(world, name)))
        {
            yield return pause;
        }
    }

    /// <summary>As a person does who sees the document in the list: sends it again, or takes it off.</summary>
    public static IEnumerable<Pause> Decide(OutboundWorld world, int content, bool again)
    {
        yield return Pause.BeforeStorage;
        var entry = world.Attention.FirstOrDefault(entry => world.Rows.GetValueOrDefault(entry.Key)?.Document.Original == OutboundWorld.HashOf(content)).Value;
        if (entry is null && !again)
        {
            yield break;
        }

        yield return Pause.BeforeStorage;
        if (world.Rows.Values.FirstOrDefault(row => row.Document.Original == OutboundWorld.HashOf(content)) is not { } row)
        {
            yield break;
        }

        var held = new Held { Row = row };
        var transition = OutboundTransitions.Apply(
            row.Document, again ? new OutboundEvent.SentAgain("somebody") : new OutboundEvent.Dismissed("somebody", "Seen.", entry!), world.Now);
        foreach (var pause in Write(world, transition.Writes, null, held))
        {
            yield return pause;
        }
    }

    /// <summary>As the daily count does with what nothing in the drop box speaks of any more.</summary>
    public static IEnumerable<Pause> CountDay(OutboundWorld world)
    {
        var lost = world.Rows.Values
            .Where(row => row.Document.State == OutboundState.Sending)
            .Where(row => !(world.DropBox.TryGetValue(row.Document.Drop.Name, out var blob) && blob.Drop == row.Document.Drop))
            .ToList();
        foreach (var row in lost)
        {
            var transition = OutboundTransitions.Apply(row.Document, new OutboundEvent.Vanished(row.Document.Drop), world.Now);
            foreach (var pause in Write(world, transition.Writes, null, new Held { Row = row }))
            {
                yield return pause;
            }
        }
    }

    private static IEnumerable<Pause> Write(OutboundWorld world, IReadOnlyList<OutboundWrite> writes, DroppedFile? file, Held held)
    {
        held.Lost = false;
        long? putBack = null;
        var document = writes.OfType<OutboundWrite.Save>().FirstOrDefault()?.Document ?? held.Row?.Document;
        foreach (var write in writes)
        {
            yield return Pause.BeforeStorage;
            if (write is OutboundWrite.PutBack back)
            {
                putBack = world.PutBack(back, document!);
                if (putBack is null)
                {
                    yield break;
                }
            }
            else if (write is OutboundWrite.RemoveArchived)
            {
                world.RemoveArchived(OutboundWorld.ContentOf(document!.Original), putBack!.Value);
            }
            else if (write is not OutboundWrite.Save save)
            {
                if (write is OutboundWrite.PutAttention && IsLate(world, held))
                {
                    world.AnnouncedLate.Add(document!.Key);
                }

                world.Do(write, document!.Key, file);
            }
            else if (world.Save(save.Document, held.Row) is { } row)
            {
                held.Row = row;
            }
            else
            {
                held.Lost = true;
                if (writes.OfType<OutboundWrite.PutAttention>().Any())
                {
                    world.AnnouncedLate.Add(document!.Key);
                }

                yield break;
            }
        }
    }

    /// <summary>Whether the row is another's by now, or may be at any moment.</summary>
    private static bool IsLate(OutboundWorld world, Held held) => held.Row is { Document: var document } row
        && (world.Rows[document.Key] != row || (document.State == OutboundState.Sending && document.ClaimedUntil <= world.Now));

    /// <summary>Made the same way each time, and to a smaller limit another.</summary>
    private static SentFile PictureOf(int content, long maxBytes)
    {
        var length = Math.Min(maxBytes, 400_000);
        return new SentFile(
            length,
            Sha256Hash.Of(string.Create(CultureInfo.InvariantCulture, $"picture of {content} in {length} bytes")),
            "image/jpeg",
            1);
    }

    private sealed class Held
    {
        public StoredRow? Row { get; set; }

        public bool Lost { get; set; }
    }
}

/// <summary>Where an owner stands.</summary>
internal enum Pause
{
    BeforeStorage,
    BeforeHazchem,
}
