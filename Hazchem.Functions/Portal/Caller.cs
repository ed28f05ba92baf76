namespace Hazchem.Functions.Portal;

/// <summary>Who asks, as it is recorded with what they change.</summary>
internal sealed record Caller(string Name)
{
    /// <summary>Whoever has the function key.</summary>
    public static readonly Caller Tms = new("TMS");

    /// <summary>Whoever sits at this machine.</summary>
    public static readonly Caller Local = new("local");

    private static readonly object ItemKey = new();

    public static Caller Of(HttpContext context) => (Caller)context.Items[ItemKey]!;

    public void SetOn(HttpContext context) => context.Items[ItemKey] = this;
}
