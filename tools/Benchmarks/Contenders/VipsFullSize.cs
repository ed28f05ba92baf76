using Hazchem.Benchmarks.Running;
using NetVips;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>NetVips: decodes once at full size, and bisects the quality.</summary>
internal sealed class VipsFullSize : IContender
{
    public VipsFullSize(int threads) => Prepare(threads);

    public Product Work(byte[] original, WorkOrder order)
    {
        // Turning needs the picture in memory.
        using var header = Image.NewFromBuffer(original);
        var access = header.Contains("orientation") && (int)header.Get("orientation") > 1 ? Enums.Access.Random : Enums.Access.Sequential;
        using var stored = Image.NewFromBuffer(original, access: access, failOn: Enums.FailOn.Error);
        using var upright = stored.Autorot();
        using var coloured = upright.Contains("icc-profile-data") || upright.Interpretation == Enums.Interpretation.Cmyk
            ? upright.IccTransform("srgb", embedded: true)
            : upright.Copy();
        using var flat = coloured.HasAlpha() ? coloured.Flatten(background: [255]) : coloured.Copy();
        using var decoded = flat.CopyMemory();
        return QualityBisection.Run(order.Limit, quality =>
            decoded.JpegsaveBuffer(q: quality, optimizeCoding: true, keep: Enums.ForeignKeep.None));
    }

    public static void Prepare(int threads)
    {
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = threads;
    }
}
