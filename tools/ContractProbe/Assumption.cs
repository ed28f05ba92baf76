namespace Hazchem.ContractProbe;

/// <summary>A row of the README's table "What is assumed about Hazchem".</summary>
/// <param name="Text">As it is there.</param>
internal sealed record Assumption(string Id, string Text)
{
    public static readonly Assumption Key = new("key", "a key a depot, in the header `X-Api-Key`");
    public static readonly Assumption Sending = new("sending", "sending is `POST /v1/consignments/{number}/documents`, multipart, with these parts");
    public static readonly Assumption Words = new("words", "the words `DELIVERY_IMAGE`, `CUSTOMER_PAPERWORK`, `PROOF_OF_DELIVERY`; `REQUESTING`, `COLLECTION`, `DELIVERY`");
    public static readonly Assumption Idempotency = new("idempotency", "`Idempotency-Key` is remembered for 24 hours, and 409 means it was used for other content");
    public static readonly Assumption Limits = new("limits", "the limits 500,000, 2,000,000 and 1,000,000 bytes; a 413 tells the true one in `maxBytes`");
    public static readonly Assumption Formats = new("formats", "delivery images are JPEG, paperwork is TIFF");
    public static readonly Assumption Refusals = new("refusals", "404 may pass, since a consignment may be announced later; other 4xx do not");
    public static readonly Assumption NothingStored = new("nothing-stored", "a 408 or 5xx means that nothing was stored");
    public static readonly Assumption Rate = new("rate", "429 has `Retry-After`; 10 requests a second and 20 at once a key");
    public static readonly Assumption Listing = new("listing", "listing is `GET /v1/documents?changedSince=`, oldest first, with `nextCursor`");
    public static readonly Assumption Clock = new("clock", "a document is listed at most 5 minutes after its `availableAt`, and `Date` is of the same clock");
    public static readonly Assumption Integrity = new("integrity", "`length` and `sha256` in the listing are those of the content");
    public static readonly Assumption Visibility = new("visibility", "delivery images come to the requesting and the collection depot, paperwork to the delivery depot");
    public static readonly Assumption Content = new("content", "content is `GET /v1/documents/{id}/content`, 410 once withdrawn");

    public static IReadOnlyList<Assumption> All { get; } =
    [
        Key, Sending, Words, Idempotency, Limits, Formats, Refusals, NothingStored, Rate, Listing, Clock, Integrity, Visibility, Content,
    ];
}
