namespace Hazchem.Functions.HazchemApi;

/// <summary>What Hazchem made of one attempt to send a document, after the short retries.</summary>
internal abstract record SendOutcome
{
    private SendOutcome()
    {
    }

    /// <summary>Hazchem has the document (201, or 200 where it had it already).</summary>
    public sealed record Accepted(string DocumentId, DateTimeOffset ReceivedAt) : SendOutcome;

    /// <summary>409: the idempotency key was used for other content.</summary>
    /// <param name="AfterAmbiguousAttempt">Whether an earlier attempt of the same call may have been stored.</param>
    public sealed record KeyUsed(bool AfterAmbiguousAttempt) : SendOutcome;

    /// <summary>A definite no. Nothing was stored, and the same request gets the same answer.</summary>
    /// <param name="Reason">What the status means.</param>
    /// <param name="Message">Hazchem's own words with the fields it named, shortened, without control characters.</param>
    /// <param name="MaxBytes">For <see cref="RefusalReason.TooLarge"/>, the true limit of the <c>file</c> part where Hazchem gave it.</param>
    /// <param name="Ambiguous">Whether an earlier attempt of the same call may have been stored.</param>
    public sealed record Refused(RefusalReason Reason, string Message, long? MaxBytes = null, bool Ambiguous = false) : SendOutcome;

    /// <summary>No answer that says what became of it; trying again may help.</summary>
    /// <param name="Trouble">What went wrong last.</param>
    /// <param name="Message">One line for a person, without the key.</param>
    /// <param name="Ambiguous">Whether an attempt of this call may have been stored: its content was on its way and no readable answer came back.</param>
    /// <param name="RetryAfter">How long Hazchem asked to be left alone.</param>
    public sealed record Unavailable(TroubleKind Trouble, string Message, bool Ambiguous, TimeSpan? RetryAfter = null) : SendOutcome;
}

/// <summary>Why Hazchem refused a request for good.</summary>
internal enum RefusalReason
{
    /// <summary>400.</summary>
    Malformed,

    /// <summary>401: no key, or a wrong one.</summary>
    Unauthenticated,

    /// <summary>403: this depot may not send this type for this consignment.</summary>
    NotPermitted,

    /// <summary>404: no such consignment, or not announced yet.</summary>
    ConsignmentUnknown,

    /// <summary>413.</summary>
    TooLarge,

    /// <summary>415.</summary>
    FormatNotAccepted,

    /// <summary>422: a field is wrong.</summary>
    Invalid,

    /// <summary>Another 4xx, which the contract does not have.</summary>
    Other,
}

/// <summary>Why there was no usable answer.</summary>
internal enum TroubleKind
{
    /// <summary>No connection was made, so nothing was sent.</summary>
    CannotConnect,

    /// <summary>The connection broke after the request had begun.</summary>
    ConnectionBroken,

    /// <summary>No answer in time, or 408.</summary>
    TimedOut,

    /// <summary>429.</summary>
    TooManyRequests,

    /// <summary>5xx.</summary>
    ServerError,

    /// <summary>A success that could not be read, or a status that the contract does not have.</summary>
    UnreadableAnswer,

    /// <summary>422 for <c>sha256</c>: what arrived was not what was sent.</summary>
    DamagedOnTheWay,
}
