namespace Hazchem.Simulator;

/// <summary>What callers meet while Hazchem is down.</summary>
public enum DownMode
{
    /// <summary>Hazchem is up.</summary>
    Up,

    /// <summary>Every connection is aborted.</summary>
    Abort,

    /// <summary>Every call gets 503.</summary>
    ServiceUnavailable,
}
