namespace Hazchem.LocalHost.Hosting;

/// <summary>How one run of a function ended. <paramref name="Error"/> is null when it succeeded.</summary>
public sealed record InvocationOutcome(Guid InvocationId, string? Error)
{
    public bool Succeeded => Error is null;
}
