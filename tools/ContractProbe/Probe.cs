using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Hazchem.Samples;

namespace Hazchem.ContractProbe;

/// <summary>
/// Tries what the README's table assumes. What only reads, or is refused before anything is stored, is tried at once; what
/// stores something only with a consignment to store it for, and after it was asked for.
/// </summary>
/// <param name="options">What to try.</param>
/// <param name="agree">Asks a person with one sentence.</param>
internal sealed class Probe(Wire wire, ProbeOptions options, Func<string, bool> agree, TimeProvider time)
{
    private const string DeliveryImage = "DELIVERY_IMAGE";
    private const string CustomerPaperwork = "CUSTOMER_PAPERWORK";
    private const string ProofOfDelivery = "PROOF_OF_DELIVERY";

    /// <summary>In bytes: what the app takes for a delivery image's limit.</summary>
    private const int AssumedLimit = 500_000;

    private const int PageSize = 5;
    private const int MostPages = 10;
    private const int FetchedOfEachType = 2;

    /// <summary>The same for every page: a cursor counts only with the time that it was given for.</summary>
    private readonly string since = Uri.EscapeDataString(
        (time.GetUtcNow() - options.Lookback).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));

    private readonly List<Check> checks = [];

    public async Task<IReadOnlyList<Check>> RunAsync(CancellationToken cancellationToken)
    {
        if (!await TryKeysAsync(cancellationToken))
        {
            OpenTheRest("The listing cannot be read with this key, so nothing else was tried.");
            return checks;
        }

        var listed = await TryListingAsync(cancellationToken);
        await TryContentAsync(listed, cancellationToken);
        await TryRefusalsAsync(cancellationToken);
        await TrySendingAsync(cancellationToken);
        Open(Assumption.NothingStored, "nothing", "nothing is stored after a 408 or 5xx", "It cannot be provoked from outside. Ask Hazchem.");
        if (wire.TooManyRequests is { Count: > 0 } met)
        {
            Judge(Assumption.Rate, "5 requests a second", "a 429 has Retry-After", $"{met.Count} times 429, {met.WithoutRetryAfter} without it", met.WithoutRetryAfter == 0);
        }
        else
        {
            Open(Assumption.Rate, "5 requests a second", "10 a second and 20 at once are allowed", "No 429 came. The limit itself is not tried: ask Hazchem.");
        }

        OpenTheRest("What differs before it keeps it from being tried.");
        return checks;
    }

    private async Task<bool> TryKeysAsync(CancellationToken cancellationToken)
    {
        var path = $"v1/documents?changedSince={since}&pageSize=1";
        var with = await wire.GetAsync(path, cancellationToken);
        Judge(Assumption.Key, "the listing with the depot's key", "200", with, with.Status == 200);
        var without = await wire.GetAsync(path, cancellationToken, otherKey: "");
        Judge(Assumption.Key, "the listing without a key", "401 UNAUTHENTICATED", without, without is { Status: 401, Code: "UNAUTHENTICATED" });
        var wrong = await wire.GetAsync(path, cancellationToken, otherKey: "contract-probe-wrong-key");
        Judge(Assumption.Key, "the listing with a wrong key", "401 UNAUTHENTICATED", wrong, wrong is { Status: 401, Code: "UNAUTHENTICATED" });
        return with.Status == 200;
    }

    private async Task<List<ListedDocument>> TryListingAsync(CancellationToken cancellationToken)
    {
        var listed = new List<ListedDocument>();
        string? cursor = null;
        Answer page;
        var pages = 0;
        do
        {
            page = await wire.GetAsync(
                $"v1/documents?changedSince={since}&pageSize={PageSize}{(cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}")}", cancellationToken);
            pages++;
            if (page.IsNoAnswer)
            {
                Open(Assumption.Listing, "the listing", "200 with documents and nextCursor", page.ToString());
                return listed;
            }

            var documents = page.Json?.TryGetProperty("documents", out var found) is true && found.ValueKind == JsonValueKind.Array ? found : (JsonElement?)null;
            var hasCursor = page.Json?.TryGetProperty("nextCursor", out var next) is true && next.ValueKind is JsonValueKind.String or JsonValueKind.Null;
            if (page.Status != 200 || documents is null || !hasCursor)
            {
                Judge(Assumption.Listing, $"page {pages} of the listing", "200 with documents and nextCursor", $"{page}, {(documents is null ? "no documents" : hasCursor ? "" : "no nextCursor")}".TrimEnd(',', ' '), holds: false);
                return listed;
            }

            var entries = documents.Value.EnumerateArray().Select(ListedDocument.Of).ToList();
            if (entries.Count > PageSize)
            {
                Judge(Assumption.Listing, $"a page of {PageSize}", $"at most {PageSize} entries", $"{entries.Count}", holds: false);
            }

            listed.AddRange(entries);
            cursor = page.Text("nextCursor");
        }
        while (cursor is not null && pages < MostPages);

        var whole = listed.Where(document => document.IsWhole).ToList();
        Judge(Assumption.Listing, $"{pages} pages of the listing", "documents and nextCursor on each", $"{listed.Count} entries", holds: true);
        if (listed.Count == 0)
        {
            Open(Assumption.Words, "the listing's entries", "the words of the contract", $"There is no document in the last {options.Lookback.TotalDays:0} days.");
            Open(Assumption.Clock, "the listing's entries", "none is stamped after Date", "There is no document.");
        }
        else
        {
            Judge(Assumption.Listing, "each entry", "an id, a time and the other members", $"{listed.Count - whole.Count} of {listed.Count} lack some", whole.Count == listed.Count);
            Judge(Assumption.Listing, "the order", "oldest availableAt first, each id once", "as it came", IsInOrder(whole) && whole.DistinctBy(document => document.Id).Count() == whole.Count);
            var words = whole.Select(document => document.Type!).Where(type => type is not (DeliveryImage or CustomerPaperwork))
                .Concat(whole.SelectMany(document => document.Roles!).Where(role => role is not ("REQUESTING" or "COLLECTION" or "DELIVERY"))).Distinct().ToList();
            Judge(Assumption.Words, "the listing's entries", "DELIVERY_IMAGE, CUSTOMER_PAPERWORK; REQUESTING, COLLECTION, DELIVERY", words.Count == 0 ? "only these" : $"also {Shown(string.Join(", ", words))}", words.Count == 0);
            var elsewhere = whole.Count(document => !IsForItsRole(document));
            Judge(Assumption.Visibility, "the listing's entries", "images for REQUESTING or COLLECTION, paperwork for DELIVERY", $"{elsewhere} of {whole.Count} are otherwise", elsewhere == 0);
            var formats = whole.Count(document => document.ContentType != FormatOf(document.Type!));
            Judge(Assumption.Formats, "the listing's entries", "image/jpeg for images, image/tiff for paperwork", $"{formats} of {whole.Count} are otherwise", formats == 0);
            var ahead = page.Date is { } date ? whole.Count(document => document.AvailableAt > date.AddSeconds(1)) : 0;
            Judge(Assumption.Clock, "the listing's entries", "none is stamped after Date", $"{ahead} of {whole.Count} are", ahead == 0);
        }

        Judge(Assumption.Clock, "the listing", "the header Date", page.Date is null ? "no Date" : "Date", page.Date is not null);
        Open(Assumption.Clock, "nothing", "listed at most 5 minutes late", "It takes watching for days. Ask Hazchem.");
        var noTime = await wire.GetAsync("v1/documents", cancellationToken);
        Judge(Assumption.Listing, "the listing without changedSince", "422 INVALID", noTime, noTime is { Status: 422, Code: "INVALID" });
        return whole;
    }

    private async Task TryContentAsync(List<ListedDocument> listed, CancellationToken cancellationToken)
    {
        var unknown = await wire.GetAsync("v1/documents/contract-probe-none/content", cancellationToken);
        Judge(Assumption.Content, "the content of an unknown id", "404 DOCUMENT_UNKNOWN", unknown, unknown is { Status: 404, Code: "DOCUMENT_UNKNOWN" });
        var fetched = 0;
        foreach (var document in listed.GroupBy(document => document.Type).SelectMany(type => type.TakeLast(FetchedOfEachType)))
        {
            var what = $"the content of {Shown(document.Id!)}";
            var answer = await wire.GetAsync($"v1/documents/{Uri.EscapeDataString(document.Id!)}/content", cancellationToken);
            if (answer is { Status: 410 })
            {
                Judge(Assumption.Content, what, "410 DOCUMENT_WITHDRAWN once withdrawn", answer, answer.Code == "DOCUMENT_WITHDRAWN");
                continue;
            }

            Judge(Assumption.Content, what, "200 with its length", answer.Status == 200 && answer.Length is null ? "200 without Content-Length" : answer.ToString(), answer is { Status: 200, Length: not null }, answer.IsNoAnswer);
            if (answer.Status != 200)
            {
                continue;
            }

            fetched++;
            var same = answer.Body.Length == document.Length && Convert.ToHexStringLower(SHA256.HashData(answer.Body)) == document.Sha256;
            Judge(Assumption.Integrity, what, "the length and sha256 of the listing", same ? "the same" : $"{answer.Body.Length} bytes, or another hash", same);
            Judge(Assumption.Formats, what, FormatOf(document.Type!) ?? "a type of the contract", FormatOf(answer.Body), FormatOf(answer.Body) == FormatOf(document.Type!));
        }

        if (fetched == 0)
        {
            Open(Assumption.Integrity, "nothing", "length and sha256 of the content", "No content could be fetched.");
        }

        if (checks.TrueForAll(check => check.Assumption != Assumption.Content.Id || !check.Seen.StartsWith("410", StringComparison.Ordinal)))
        {
            Open(Assumption.Content, "nothing", "410 once withdrawn", "No document was withdrawn. Ask Hazchem.");
        }
    }

    /// <summary>Each is refused for its form or its consignment, so that there is nothing to be stored.</summary>
    private async Task TryRefusalsAsync(CancellationToken cancellationToken)
    {
        var nowhere = $"PROBE-{Guid.NewGuid():N}";
        var jpeg = Picture();
        var withoutKey = await wire.SendAsync(nowhere, Image(jpeg, idempotencyKey: null), cancellationToken);
        Judge(Assumption.Refusals, "sending without an Idempotency-Key", "400 MALFORMED", withoutKey, withoutKey is { Status: 400, Code: "MALFORMED" });
        var wrongType = await wire.SendAsync(nowhere, Image(jpeg) with { DocumentType = "CONTRACT_PROBE" }, cancellationToken);
        Judge(Assumption.Refusals, "sending a type that is none", "422 INVALID for documentType", Fields(wrongType), wrongType is { Status: 422, Code: "INVALID" } && Fields(wrongType).Contains("documentType", StringComparison.Ordinal), wrongType.IsNoAnswer);
        foreach (var type in new[] { DeliveryImage, CustomerPaperwork, ProofOfDelivery })
        {
            var sending = type == CustomerPaperwork
                ? new Sending(type, "contract-probe.tif", "image/tiff", SamplePictures.Scan(1, pages: 1), Guid.NewGuid().ToString("N"))
                : Image(jpeg) with { DocumentType = type };
            var answer = await wire.SendAsync(nowhere, sending, cancellationToken);
            if (answer.Status is 200 or 201)
            {
                Judge(Assumption.Refusals, $"sending {type} for a consignment that there is not", "404 CONSIGNMENT_UNKNOWN", $"{answer}: it was STORED for {nowhere} as {Shown(answer.Text("documentId") ?? "?")}. Tell Hazchem.", holds: false);
                return;
            }

            var unknown = answer is { Status: 404, Code: "CONSIGNMENT_UNKNOWN" };
            Judge(Assumption.Sending, $"sending {type} for a consignment that there is not", "404 CONSIGNMENT_UNKNOWN: the form was read", answer, unknown);
            Judge(Assumption.Words, $"sending {type}", "taken for a type", answer.Status == 422 ? Fields(answer) : answer.ToString(), unknown, answer.IsNoAnswer);
            if (!unknown && !answer.IsNoAnswer)
            {
                return;
            }
        }
    }

    private async Task TrySendingAsync(CancellationToken cancellationToken)
    {
        if (options is not { Send: true, Consignment: { } consignment })
        {
            NotSent("It needs --send and --consignment, since it stores a picture at Hazchem.");
            return;
        }

        if (!agree($"One small picture is stored at Hazchem for consignment {consignment}, and sent again. Three more requests should be refused; where the contract differs, they may be stored too."))
        {
            NotSent("It was not agreed to.");
            return;
        }

        var key = $"contract-probe-{Guid.NewGuid():N}";
        var jpeg = Picture();
        var first = await wire.SendAsync(consignment, Image(jpeg, key), cancellationToken);
        var id = first.Text("documentId");
        Judge(Assumption.Sending, $"sending {DeliveryImage}", "201 with documentId and receivedAt", Receipt(first), first.Status == 201 && id is not null && first.Text("receivedAt") is not null, first.IsNoAnswer);
        if (first.Status != 201)
        {
            NotSent("The first picture was not taken.");
            return;
        }

        var again = await wire.SendAsync(consignment, Image(jpeg, key), cancellationToken);
        Judge(Assumption.Idempotency, "the same again under its key", "200 with the same documentId", Receipt(again), again.Status == 200 && again.Text("documentId") == id, again.IsNoAnswer);
        var other = await wire.SendAsync(consignment, Image(Picture(seed: 2), key), cancellationToken);
        Judge(Assumption.Idempotency, "other content under that key", "409 IDEMPOTENCY_CONFLICT", other, other is { Status: 409, Code: "IDEMPOTENCY_CONFLICT" });
        Open(Assumption.Idempotency, "nothing", "a key is remembered for 24 hours", "It takes a day. Ask Hazchem.");
        var large = await wire.SendAsync(consignment, Image(Padded(jpeg, AssumedLimit + 1)), cancellationToken);
        var told = large.Json?.TryGetProperty("maxBytes", out var most) is true && most.TryGetInt64(out var bytes) ? bytes : (long?)null;
        Judge(
            Assumption.Limits,
            $"a delivery image of {AssumedLimit + 1} bytes",
            $"413 FILE_TOO_LARGE with maxBytes {AssumedLimit}",
            $"{large}{(told is null ? "" : $", maxBytes {told}")}",
            large is { Status: 413, Code: "FILE_TOO_LARGE" } && told == AssumedLimit,
            large.IsNoAnswer);
        Open(Assumption.Limits, "nothing", "2,000,000 bytes of paperwork, 1,000,000 of a proof", "The other limits are told by a 413 when one comes.");
        var png = await wire.SendAsync(consignment, Image(SamplePictures.Png(1, 64, 48)), cancellationToken);
        Judge(Assumption.Formats, "a PNG as image/jpeg", "415 FORMAT_NOT_ACCEPTED", png, png is { Status: 415, Code: "FORMAT_NOT_ACCEPTED" });

        void NotSent(string why)
        {
            foreach (var assumption in new[] { Assumption.Idempotency, Assumption.Limits })
            {
                Open(assumption, "nothing", "see docs/hazchem-api.yaml", why);
            }
        }
    }

    private void Judge(Assumption assumption, string tried, string expected, Answer seen, bool holds) =>
        Judge(assumption, tried, expected, seen.ToString(), holds, seen.IsNoAnswer);

    private void Judge(Assumption assumption, string tried, string expected, string seen, bool holds, bool saysNothing = false) =>
        checks.Add(new Check(assumption.Id, saysNothing ? Verdict.Open : holds ? Verdict.Holds : Verdict.Differs, tried, expected, Shown(seen)));

    private void Open(Assumption assumption, string tried, string expected, string why) =>
        checks.Add(new Check(assumption.Id, Verdict.Open, tried, expected, Shown(why)));

    private void OpenTheRest(string why)
    {
        foreach (var assumption in Assumption.All.Where(assumption => checks.TrueForAll(check => check.Assumption != assumption.Id)))
        {
            Open(assumption, "nothing", "see docs/hazchem-api.yaml", why);
        }
    }

    /// <summary>What comes from outside may have anything in it.</summary>
    private static string Shown(string text)
    {
        var line = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
        return line.Length <= 200 ? line : line[..200] + "…";
    }

    private static bool IsInOrder(List<ListedDocument> documents) => documents.Zip(documents.Skip(1)).All(pair =>
        pair.First.AvailableAt < pair.Second.AvailableAt
        || (pair.First.AvailableAt == pair.Second.AvailableAt && string.CompareOrdinal(pair.First.Id, pair.Second.Id) < 0));

    private static bool IsForItsRole(ListedDocument document) => document.Type switch
    {
        DeliveryImage => document.Roles!.Contains("REQUESTING") || document.Roles!.Contains("COLLECTION"),
        CustomerPaperwork => document.Roles!.Contains("DELIVERY"),
        _ => true,
    };

    private static string? FormatOf(string type) => type switch
    {
        DeliveryImage => "image/jpeg",
        CustomerPaperwork => "image/tiff",
        _ => null,
    };

    private static string FormatOf(ReadOnlySpan<byte> content) =>
        content.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : content.StartsWith("II*\0"u8) || content.StartsWith("MM\0*"u8) ? "image/tiff"
        : "neither JPEG nor TIFF";

    private static string Fields(Answer answer) =>
        answer.Json?.TryGetProperty("errors", out var errors) is true && errors.ValueKind == JsonValueKind.Array
            ? $"{answer} for {string.Join(", ", errors.EnumerateArray().Select(error => error.ValueKind == JsonValueKind.Object && error.TryGetProperty("field", out var field) ? field.ToString() : "?"))}"
            : answer.ToString();

    private static string Receipt(Answer answer) =>
        answer.Status is 200 or 201 ? $"{answer.Status}, documentId {answer.Text("documentId") ?? "missing"}" : answer.ToString();

    private static byte[] Picture(int seed = 1) => SamplePictures.Photo(seed, width: 320, height: 240);

    private static Sending Image(byte[] jpeg) => Image(jpeg, Guid.NewGuid().ToString("N"));

    private static Sending Image(byte[] jpeg, string? idempotencyKey) => new(DeliveryImage, "contract-probe.jpg", "image/jpeg", jpeg, idempotencyKey);

    /// <summary>The same picture with comments in its head: a decoder sees no difference.</summary>
    private static byte[] Padded(byte[] jpeg, int length)
    {
        const int MostOfAComment = 65_000;
        const int Overhead = 4;
        var head = new List<byte>(length) { 0xFF, 0xD8 };
        for (var left = length - jpeg.Length; left > 0;)
        {
            // What is left must hold a comment of its own.
            var take = left <= MostOfAComment ? left : Math.Min(MostOfAComment, left - Overhead);
            var size = take - 2;
            head.AddRange([0xFF, 0xFE, (byte)(size >> 8), (byte)size]);
            head.AddRange(Enumerable.Repeat((byte)' ', take - Overhead));
            left -= take;
        }

        head.AddRange(jpeg[2..]);
        return [.. head];
    }
}

/// <param name="Consignment">One of the depot's own, where something may be stored.</param>
/// <param name="Send">Whether to store something at all.</param>
/// <param name="Lookback">How far back the listing is read.</param>
internal sealed record ProbeOptions(string? Consignment, bool Send, TimeSpan Lookback);
