namespace Hazchem.Simulator;

/// <summary>The ways in which a call can be made to fail.</summary>
public enum FaultKind
{
    /// <summary>500 without a body; nothing is done.</summary>
    Error500,

    /// <summary>503 without a body; nothing is done.</summary>
    Error503,

    /// <summary>429 with <c>Retry-After</c>; nothing is done.</summary>
    Error429,

    /// <summary>The connection is aborted before the body is read.</summary>
    Reset,

    /// <summary>No answer for <see cref="FaultPlan.StallFor"/>, then the connection is aborted; nothing is done.</summary>
    Stall,

    /// <summary>The call is done, but the answer's body ends halfway and the connection is aborted.</summary>
    Truncation,

    /// <summary>A 2xx whose body is not the contract's. Every other call of this kind is done all the same.</summary>
    Garbage,

    /// <summary>The call is done and what it sent is stored, then the connection is aborted.</summary>
    AnswerLost,

    /// <summary>A document's content comes with the right length and other bytes. Only for <see cref="ApiRoute.Content"/>.</summary>
    AlteredContent,
}
