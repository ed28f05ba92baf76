namespace Hazchem.Simulator;

/// <summary>What Hazchem takes and what it refuses.</summary>
internal static class SendRules
{
    private const int MaxFileName = 255;

    /// <summary>The fields whose values are wrong in themselves.</summary>
    public static IReadOnlyList<WireFieldError> FieldErrors(Submission sent)
    {
        var errors = new List<WireFieldError>();
        if (!WireNames.IsDocumentType(sent.DocumentType))
        {
            errors.Add(new("documentType", "Must be DELIVERY_IMAGE, CUSTOMER_PAPERWORK or PROOF_OF_DELIVERY."));
        }

        if (sent.FileName.Length is 0 or > MaxFileName)
        {
            errors.Add(new("fileName", $"Must have 1 to {MaxFileName} characters."));
        }
        else if (sent.ContentType is WireNames.Jpeg or WireNames.Tiff && !WireNames.HasExtensionOf(sent.FileName, sent.ContentType))
        {
            errors.Add(new("fileName", $"Must have an extension of {sent.ContentType}."));
        }

        if (sent.Sha256.Length != 64 || !sent.Sha256.All(char.IsAsciiHexDigitLower))
        {
            errors.Add(new("sha256", "Must have 64 lower-case hex digits."));
        }

        if (sent.CapturedAt is not null && !WireTime.TryParse(sent.CapturedAt, out _))
        {
            errors.Add(new("capturedAt", "Must be RFC 3339 with an offset."));
        }

        return errors;
    }

    /// <summary>The answer to a submission with sound fields that is refused, or null if it is taken.</summary>
    public static Answer? Refusal(Submission sent, Consignment? consignment, long maxBytes)
    {
        var roles = consignment?.RolesOf(sent.Depot) ?? [];
        if (roles.Count == 0)
        {
            return Answer.Error(
                StatusCodes.Status404NotFound, "CONSIGNMENT_UNKNOWN", "There is no such consignment that this depot takes part in.");
        }

        if (sent.DocumentType == WireNames.CustomerPaperwork
            && !roles.Contains(WireNames.Requesting) && !roles.Contains(WireNames.Collection))
        {
            return Answer.Error(
                StatusCodes.Status403Forbidden, "DEPOT_NOT_PERMITTED", "Only the requesting or the collection depot may send customer paperwork.");
        }

        if (!WireNames.Accepts(sent.DocumentType, sent.ContentType))
        {
            return Answer.Error(
                StatusCodes.Status415UnsupportedMediaType, "FORMAT_NOT_ACCEPTED", $"A file of this content type is not taken as {sent.DocumentType}.");
        }

        if (sent.Content.Length > maxBytes)
        {
            return Answer.TooLarge(maxBytes);
        }

        // Before looking into the content: bytes damaged on the way are no proof of a wrong format.
        if (sent.Sha256 != sent.ActualSha256)
        {
            return Answer.Invalid(new WireFieldError("sha256", "Does not match the content that arrived."));
        }

        return WireNames.MediaTypeOf(sent.Content) == sent.ContentType
            ? null
            : Answer.Error(
                StatusCodes.Status415UnsupportedMediaType, "FORMAT_NOT_ACCEPTED", "The content is not what its content type says.");
    }
}
