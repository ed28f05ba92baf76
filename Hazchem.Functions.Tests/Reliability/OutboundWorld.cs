using System.Globalization;
using Hazchem.Functions.Documents;
using Hazchem.Functions.Outbound;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Tests.Reliability;

/// <summary>Storage as the app sees it, in memory, with Hazchem and the clock: each method is one operation.</summary>
internal sealed class OutboundWorld(HazchemManners manners)
{
    public static readonly DateTimeOffset Start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private long etags;

    public DateTimeOffset Now { get; set; } = Start;

    /// <summary>Whether an owner that begins now is in shadow mode.</summary>
    public bool Shadow { get; set; }

    /// <summary>What was sent by an owner in shadow mode.</summary>
    public List<int> SentInShadowMode { get; } = [];

    public ModelHazchem Hazchem { get; } = new(manners, Start);

    public Dictionary<string, PendingBlob> DropBox { get; } = [];

    public Dictionary<DocumentKey, StoredRow> Rows { get; } = [];

    public Dictionary<Drop, OutboundWrite.PutWaiting> Waiting { get; } = [];

    /// <summary>Entries and their versions.</summary>
    public Dictionary<DocumentKey, string> Attention { get; } = [];

    /// <summary>
    /// What an owner announced whose claim was over, or who then lost the row to another: whoever reads such an entry finds
    /// in the row that it is not so.
    /// </summary>
    public HashSet<DocumentKey> AnnouncedLate { get; } = [];

    /// <summary>What is kept, and as which version of its blob.</summary>
    public Dictionary<(string Container, int Content), long> Archived { get; } = [];

    public List<Outcome> Told { get; } = [];

    /// <summary>Contents that the TMS dropped and that it did not itself overwrite or delete.</summary>
    public Dictionary<Drop, int> Entrusted { get; } = [];

    /// <summary>When each drop was truly made; the blob's own time is by storage's clock, which is up to half a minute off.</summary>
    public Dictionary<Drop, DateTimeOffset> DroppedAt { get; } = [];

    /// <summary>How often each content was dropped, under whatever name.</summary>
    public Dictionary<int, int> TimesDropped { get; } = [];

    /// <summary>
    /// How often a document that was refused or given up was begun again by somebody's decision: a person sent it again, or the
    /// TMS dropped it after its end.
    /// </summary>
    public Dictionary<DocumentKey, int> FreshStarts { get; } = [];

    /// <summary>What was begun again for a drop from before the end of its <c>Shadowed</c> document: another system has sent it.</summary>
    public HashSet<int> SentAfterShadow { get; } = [];

    public static Sha256Hash HashOf(int content) => Sha256Hash.Of(string.Create(CultureInfo.InvariantCulture, $"content {content}"));

    public void Put(string name, int content, bool signed = false)
    {
        Remove(name);
        var drop = Drop.Of(name, string.Create(CultureInfo.InvariantCulture, $"{++etags}"));
        DropBox[name] = new PendingBlob(drop, content, Now + TimeSpan.FromSeconds(((etags % 3) - 1) * 30), signed);
        DroppedAt[drop] = Now;
        Entrusted[drop] = content;
        TimesDropped[content] = TimesDropped.GetValueOrDefault(content) + 1;
    }

    /// <summary>By the TMS.</summary>
    public void Remove(string name)
    {
        if (DropBox.Remove(name, out var before))
        {
            Entrusted.Remove(before.Drop);
        }
    }

    public DroppedFile? Read(string name)
    {
        if (!DropBox.TryGetValue(name, out var blob))
        {
            return null;
        }

        DropName.TryParse(name, out var parsed, out _).Should().BeTrue();
        return new DroppedFile
        {
            Drop = blob.Drop,
            Name = parsed,
            Metadata = DropMetadata.Of(blob.Signed ? [new(DropMetadata.SignedName, "true")] : []),
            DroppedAt = blob.LastModified,
            Length = 1_000_000,
            Sha256 = HashOf(blob.Content),
        };
    }

    /// <summary>Null where somebody else was first.</summary>
    public StoredRow? Save(OutboundDocument document, StoredRow? over)
    {
        var before = Rows.GetValueOrDefault(document.Key);
        if (before != over)
        {
            return null;
        }

        if (before?.Document.State is OutboundState.Rejected or OutboundState.Failed or OutboundState.Shadowed
            && document.State is OutboundState.Sending or OutboundState.Waiting)
        {
            var isDecided = before.Document.EndedAt is not { } end || DroppedAt[document.Drop] > end;
            if (before.Document.State != OutboundState.Shadowed && isDecided)
            {
                FreshStarts[document.Key] = FreshStarts.GetValueOrDefault(document.Key) + 1;
            }
            else if (before.Document.State == OutboundState.Shadowed && !isDecided)
            {
                SentAfterShadow.Add(ContentOf(document.Original));
            }
        }

        return Rows[document.Key] = new StoredRow(document, ++etags);
    }

    public void Do(OutboundWrite write, DocumentKey document, DroppedFile? file)
    {
        switch (write)
        {
            case OutboundWrite.PutWaiting put:
                Waiting[put.Drop] = put;
                break;
            case OutboundWrite.RemoveWaiting remove:
                Waiting.Remove(remove.Drop);
                break;
            case OutboundWrite.PutAttention:
                Attention[document] = string.Create(CultureInfo.InvariantCulture, $"{++etags}");
                break;
            case OutboundWrite.RemoveAttention remove:
                if (remove.Version is null || Attention.GetValueOrDefault(document) == remove.Version)
                {
                    Attention.Remove(document);
                }

                break;
            case OutboundWrite.Tell tell:
                Told.Add(tell.Outcome);
                break;
            case OutboundWrite.Archive archive:
                Archived[(archive.Container, ContentOf(file!.Sha256))] = ++etags;
                break;
            case OutboundWrite.DeleteDrop delete:
                if (DropBox.TryGetValue(delete.Drop.Name, out var blob) && blob.Drop == delete.Drop)
                {
                    DropBox.Remove(delete.Drop.Name);
                }

                break;
            default:
                throw new InvalidOperationException($"{write} is not one of the writes.");
        }
    }

    /// <summary>As <see cref="OutboundWriter"/> does with what a person wants sent again.</summary>
    /// <returns>The version that was put back; null where there is none, or another file has its place.</returns>
    public long? PutBack(OutboundWrite.PutBack back, OutboundDocument document)
    {
        var content = ContentOf(document.Original);
        if (!Archived.TryGetValue((StorageNames.NotSentContainer, content), out var version) || DropBox.ContainsKey(back.DropName))
        {
            return null;
        }

        // What was entrusted as drops that are handled is so as this one now: it is the only copy.
        foreach (var drop in Entrusted.Where(drop => drop.Value == content && DropBox.Values.All(blob => blob.Drop != drop.Key)).ToList())
        {
            Entrusted.Remove(drop.Key);
        }

        Put(back.DropName, content, document.Signed);
        return version;
    }

    public void RemoveArchived(int content, long version)
    {
        var kept = (StorageNames.NotSentContainer, content);
        if (Archived.GetValueOrDefault(kept) == version)
        {
            Archived.Remove(kept);
        }
    }

    public static int ContentOf(Sha256Hash hash) => Enumerable.Range(0, int.MaxValue).First(content => HashOf(content) == hash);
}

internal sealed record PendingBlob(Drop Drop, int Content, DateTimeOffset LastModified, bool Signed);

/// <summary>A row and its version; two are the same only if they are the very same write.</summary>
internal sealed record StoredRow(OutboundDocument Document, long Version);
