using System.Diagnostics;
using Hazchem.Functions.Documents;
using Hazchem.Functions.HazchemApi;
using Hazchem.Functions.Imaging;
using Hazchem.Functions.Telemetry;

namespace Hazchem.Functions.Outbound;

/// <summary>Takes one blob of the drop box through to its outcome.</summary>
/// <remarks>
/// <code>
///  1 read          the blob, whole, with its ETag and metadata
///  2 claim         its row, so that one owner at a time sends it
///  3 check         the rules that can be told without asking
///  4 convert       to Hazchem's format and limit
///  5 send          under the generation's idempotency key
///  6 record        tell the TMS, the row, the original archived, the blob deleted
/// </code>
/// What is written, and in which order, is <see cref="OutboundTransitions"/>' to say. Whatever is thrown on the way leaves
/// the blob where it is, and the sweep comes back to it when the claim has expired.
/// </remarks>
internal sealed class DocumentSender(
    DropBox dropBox,
    MemoryBudget memory,
    OutboundDocuments documents,
    OutboundWriter writer,
    HazchemSettings hazchem,
    OutboundSettings settings,
    HazchemClient client,
    DepotGates gates,
    ImageConverter images,
    Instruments instruments,
    TimeProvider time,
    ILogger<DocumentSender> logger)
{
    /// <summary>
    /// When a document of a depot with an unusable key says that it is due. A usable key comes with a restart, and then the
    /// sweep sends it at once; before that it is only looked at to be given up.
    /// </summary>
    private static readonly TimeSpan ParkedFor = TimeSpan.FromHours(1);

    /// <summary>Two owners may race for a row, and each loss means that the other moved on.</summary>
    private const int MaxRaces = 5;

    /// <summary>Sends the blob of this name, or does nothing where it is gone or in another's hands.</summary>
    /// <param name="blobName">Its name in the drop box.</param>
    /// <param name="until">When the host ends the function: nothing is begun that may not be over by then.</param>
    /// <param name="cancellationToken">
    /// The app is stopped. A claim is given back at once; a call that has begun may go on for
    /// <see cref="OutboundPolicy.CallFinishesWithin"/>.
    /// </param>
    /// <returns>Whether the file is looked after: it has an outcome, or is gone.</returns>
    public async Task<bool> SendAsync(string blobName, DateTimeOffset until, CancellationToken cancellationToken)
    {
        // 1
        if (!DropBox.IsAddressable(blobName))
        {
            // Asking for it would read another blob. The sweep finds it in the listing and shows it to a person.
            return false;
        }

        _ = DropName.TryParse(blobName, out var name, out _);
        using var about = DocumentScope.Begin(
            logger, "send document", Direction.Outbound, name?.Depot.Value, name?.Consignment.Value, name?.Type.ToSegment());
        using var download = await dropBox.OpenAsync(blobName, cancellationToken);
        if (download is null)
        {
            Log.BlobGone(logger, LogName.Of(blobName));
            return true;
        }

        using var held = await memory.TakeForFileAsync(download.HeldBytes, cancellationToken);
        if (held is null)
        {
            // Unclaimed, so that nobody takes it for a crash; the sweep comes to it.
            Log.NoMemory(logger, LogName.Of(blobName));
            return false;
        }

        // 2
        var file = await download.ReadAsync(cancellationToken);
        instruments.TakenIn(Direction.Outbound, name?.Depot.Value, name?.Type.ToSegment(), file.Length);
        cancellationToken.ThrowIfCancellationRequested();
        if (await ClaimAsync(file, CancellationToken.None) is not { } claimed)
        {
            return false;
        }

        if (await SendClaimedAsync(file, claimed, until, cancellationToken) is { } state)
        {
            about.Became(state.ToString());
        }

        return true;
    }

    /// <param name="stopping">The app is stopped. What becomes of the document is recorded all the same.</param>
    /// <returns>What became of it; null where another owner took it over.</returns>
    private async Task<OutboundState?> SendClaimedAsync(DroppedFile file, StoredDocument claimed, DateTimeOffset until, CancellationToken stopping)
    {
        // 3
        if (Refuse(file) is { } reason)
        {
            return (await RecordAsync(file, claimed, new OutboundEvent.Refused(reason), CancellationToken.None)).Owned?.Document.State;
        }

        for (var again = false; ; again = true)
        {
            // 4, 5
            var happened = await ConvertAndSendAsync(file, claimed.Document, until, again, stopping);

            // 6
            var (next, owned) = await RecordAsync(file, claimed, happened, CancellationToken.None);
            if (next != OutboundNext.SendAgain || owned is null)
            {
                return owned?.Document.State;
            }

            claimed = owned;
        }
    }

    private async Task<OutboundEvent> ConvertAndSendAsync(
        DroppedFile file, OutboundDocument claimed, DateTimeOffset until, bool again, CancellationToken stopping)
    {
        ConversionResult? picture;
        try
        {
            picture = await ConvertAsync(file, claimed, stopping);
            stopping.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return new OutboundEvent.Interrupted();
        }

        return picture is null ? new OutboundEvent.Postponed("There was no memory for it in time.")
            : !HasTime(claimed, until) ? new OutboundEvent.Postponed("There was no time left to send it.")
            : await SendAsync(file, claimed, picture, again, stopping);
    }

    /// <summary>
    /// The claim comes before the file is opened: one that ends the process already by its header must be counted.
    /// </summary>
    /// <returns>Null where there was no memory in time.</returns>
    private async Task<ConversionResult?> ConvertAsync(DroppedFile file, OutboundDocument claimed, CancellationToken cancellationToken)
    {
        var content = file.Content!.Value;
        using var room = await memory.TakeForConversionAsync(content, images, cancellationToken);
        if (room is null)
        {
            return null;
        }

        using var span = Spans.Start("convert document");
        var begunAt = time.GetTimestamp();
        var result = images.Convert(content, ShapeOf(file.Name!.Type), claimed.MaxBytes!.Value, cancellationToken);
        instruments.Converted(file.Name.Type.ToSegment(), time.GetElapsedTime(begunAt), refused: result is ConversionResult.Refused);
        span?.SetTag(Attributes.OriginalBytes, file.Length);
        if (result is ConversionResult.Converted converted)
        {
            span?.SetTag(Attributes.ConvertedBytes, converted.Content.Length).SetTag(Attributes.Pages, converted.Pages);
        }

        return result;
    }

    /// <summary>
    /// Whether a call may take its whole budget. An owner that outlives its claim must not send: another may be at a later
    /// generation by then. And at <c>functionTimeout</c> the host kills the app with everything in flight.
    /// </summary>
    private bool HasTime(OutboundDocument claimed, DateTimeOffset until)
    {
        var over = time.GetUtcNow() + hazchem.Budget;
        return over <= until && over <= claimed.ClaimedUntil;
    }

    private async Task<StoredDocument?> ClaimAsync(DroppedFile file, CancellationToken cancellationToken)
    {
        var arrived = await ArriveAsync(file, cancellationToken);
        StoredDocument? stored = null;
        for (var race = 0; race < MaxRaces; race++)
        {
            var transition = OutboundTransitions.Apply(stored?.Document, arrived, time.GetUtcNow());
            if (race == 0 && transition.Next != OutboundNext.Send && await documents.ReadAsync(file.Key, cancellationToken) is { } known)
            {
                // Only a claim may be tried without looking: what else is written and told depends on what the row says.
                stored = known;
                transition = OutboundTransitions.Apply(stored.Document, arrived, time.GetUtcNow());
            }

            if (await writer.WriteAsync(transition.Writes, file, stored, cancellationToken) is { Lost: false } written)
            {
                if (transition.Next == OutboundNext.Send)
                {
                    return written.Stored;
                }

                Log.NotClaimed(logger, file.Key, (written.Stored?.Document ?? stored!.Document).State);
                return null;
            }

            // There is a row, or another owner wrote it: see what it says now.
            stored = await documents.ReadAsync(file.Key, cancellationToken);
        }

        Log.TooManyRaces(logger, file.Key);
        return null;
    }

    private async Task<(OutboundNext Next, StoredDocument? Owned)> RecordAsync(
        DroppedFile file, StoredDocument claimed, OutboundEvent happened, CancellationToken cancellationToken)
    {
        var transition = OutboundTransitions.Apply(claimed.Document, happened, time.GetUtcNow());
        var written = await writer.WriteAsync(transition.Writes, file, claimed, cancellationToken);
        if (written.Lost)
        {
            // Somebody took over, and goes by what the row says.
            Log.ClaimLost(logger, file.Key);
            return (OutboundNext.Done, null);
        }

        var document = written.Stored!.Document;
        if (transition.Next == OutboundNext.SendAgain)
        {
            Log.SentAgain(logger, document.Key, document.Generation);
        }
        else if (document.State == OutboundState.Sent)
        {
            var sinceDrop = time.GetUtcNow() - file.DroppedAt;
            Log.Sent(logger, document.Key, document.Generation, Math.Round(sinceDrop.TotalSeconds, 1), document.OriginalBytes, document.Sent!.Bytes);
            instruments.Sent(document.Name!.Depot.Value, document.Name.Type.ToSegment(), document.Sent.Bytes, sinceDrop);
        }
        else if (document.State == OutboundState.Shadowed)
        {
            Log.Shadowed(logger, document.Key, document.Generation, document.OriginalBytes, document.Sent!.Bytes);
        }
        else
        {
            Log.NotSentNow(logger, document.Key, document.State, document.Generation, document.Reason);
        }

        return (transition.Next, written.Stored);
    }

    private string? Refuse(DroppedFile file)
    {
        if (file.Name is null)
        {
            return file.NameProblem;
        }

        return SubmissionRules.Refuse(file.Name, file.Metadata, [.. hazchem.Depots.Keys])
            ?? (file.Content is null ? images.RefuseBySize(file.Length) : null);
    }

    private async ValueTask<OutboundEvent.Arrived> ArriveAsync(DroppedFile file, CancellationToken cancellationToken)
    {
        if (file.Name is not { } name)
        {
            return new OutboundEvent.Arrived(file, Shadow: settings.Shadow);
        }

        var now = time.GetUtcNow();
        var limit = hazchem.MaxBytes.For(name.Type);
        switch (hazchem.Depots.GetValueOrDefault(name.Depot))
        {
            case DepotAccess.Parked parked:
                return new OutboundEvent.Arrived(file, limit, new DepotClosure(parked.Reason, now + ParkedFor), settings.Shadow);
            case DepotAccess.Usable:
                var gate = await gates.GetAsync(name.Depot, cancellationToken);
                return new OutboundEvent.Arrived(file, gate.LimitFor(name.Type, limit, now), gate.ClosureFor(name.Type, now), settings.Shadow);
            default:
                return new OutboundEvent.Arrived(file, limit, Shadow: settings.Shadow);
        }
    }

    private async Task<OutboundEvent> SendAsync(
        DroppedFile file, OutboundDocument document, ConversionResult result, bool again, CancellationToken stopping)
    {
        var name = file.Name!;
        switch (result)
        {
            case ConversionResult.Refused refused:
                return new OutboundEvent.Refused(refused.Reason);

            case ConversionResult.OutOfTime slow:
                return PostponeOrRefuse(document, "It took too long to read, which may be for a busy machine.", slow.Reason);

            case ConversionResult.OutOfMemory large:
                return PostponeOrRefuse(document, "There was not the memory to read it, which may be for a busy machine.", large.Reason);

            case ConversionResult.Converted picture:
                var (contentType, extension) = picture.Format == PictureFormat.Tiff ? ("image/tiff", ".tif") : ("image/jpeg", ".jpg");
                var sent = new SentFile(picture.Content.Length, Sha256Hash.Of(picture.Content.Span), contentType, picture.Pages);
                if (document.Shadow)
                {
                    return new OutboundEvent.Shadowed(sent);
                }

                var outgoing = new OutgoingDocument(
                    name.Depot,
                    name.Consignment,
                    name.Type,
                    document.IdempotencyKey,
                    OutgoingName.Of(name.FileName, extension),
                    contentType,
                    picture.Content,
                    file.Metadata.CapturedAt ?? picture.CapturedAt);
                var startedAt = time.GetUtcNow();
                if (await CallAsync(outgoing, stopping) is not { } outcome)
                {
                    return new OutboundEvent.Interrupted(startedAt);
                }

                return new OutboundEvent.Attempted(
                    outcome,
                    sent,
                    startedAt,
                    again,
                    await gates.LearnAsync(name.Depot, name.Type, outcome, CancellationToken.None));

            default:
                throw new UnreachableException();
        }
    }

    /// <returns>Null if the app was stopped and there was no answer in time.</returns>
    private async Task<SendOutcome?> CallAsync(OutgoingDocument outgoing, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        await using var stopped = stopping.Register(() => late.CancelAfter(OutboundPolicy.CallFinishesWithin));
        try
        {
            return await client.SendAsync(outgoing, late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return null;
        }
    }

    private OutboundEvent PostponeOrRefuse(OutboundDocument document, string meanwhile, string atLast) =>
        time.GetUtcNow() - document.WaitingSince >= OutboundPolicy.BusyMachineRefusedAfter
            ? new OutboundEvent.Refused(atLast)
            : new OutboundEvent.Postponed(meanwhile);

    private static TargetShape ShapeOf(DocumentType type) => type switch
    {
        DocumentType.DeliveryImage => TargetShape.OnePicture,
        DocumentType.CustomerPaperwork => TargetShape.Paperwork,
        DocumentType.ProofOfDelivery => TargetShape.PictureOrPaperwork,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };
}
