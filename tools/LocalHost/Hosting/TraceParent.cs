using System.Diagnostics;

namespace Hazchem.LocalHost.Hosting;

/// <summary>A new, recorded trace in the form of the W3C header.</summary>
internal static class TraceParent
{
    public static string Create() => $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01";
}
