namespace Hazchem.Benchmarks;

/// <summary>A figure that the project wants to reach, and what it is.</summary>
internal sealed record Goal(string What, string Wanted, string Reached, bool IsHeld)
{
    public static Goal AtMost(string what, double bound, double reached, Func<double?, string> write) =>
        new(what, $"at most {write(bound)}", write(reached), reached <= bound);

    /// <summary>There is no figure, since the file was refused.</summary>
    public static Goal Refused(string what, double bound, string reason, Func<double?, string> write) =>
        new(what, $"at most {write(bound)}", $"not held: {reason}", IsHeld: false);

    public static Goal AtLeast(string what, double bound, double reached, Func<double?, string> write) =>
        new(what, $"at least {write(bound)}", write(reached), reached >= bound);
}
