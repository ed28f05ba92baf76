using Hazchem.Benchmarks.Running;
using NetVips;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>
/// No contender but a floor: one decoding and one coding of a JPEG at full size, without regard to the limit, through
/// libvips.
/// </summary>
internal sealed class VipsFloor : IContender
{
    public VipsFloor(int threads) => VipsFullSize.Prepare(threads);

    public Product Work(byte[] original, WorkOrder order)
    {
        using var image = Image.NewFromBuffer(original, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error);
        return (string)image.Get("vips-loader") == "jpegload_buffer"
            ? new Product(image.JpegsaveBuffer(q: TurboFloor.Quality, keep: Enums.ForeignKeep.None))
            : new Product(null, "It is no JPEG.");
    }
}
