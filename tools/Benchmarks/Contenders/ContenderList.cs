using Hazchem.Functions.Imaging;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>Who takes part, by name.</summary>
internal static class ContenderList
{
    public const string Ours = "ours";
    public const string Sharp = "sharp";
    public const string SharpStopsEarly = "sharp-stops-early";
    public const string SharpMozjpeg = "sharp-mozjpeg";
    public const string Magick = "magick";
    public const string MagickExtent = "magick-extent";
    public const string Skia = "skia";
    public const string VipsFullSize = "vips-full-size";
    public const string FloorTurbo = "floor-turbo";
    public const string FloorVips = "floor-vips";
    public const string OursPaper = "ours-paper";
    public const string MagickGroup4 = "magick-otsu";

    /// <summary>For photos, ours first, with what each does.</summary>
    public static IReadOnlyList<(string Name, string Does)> ForPhotos { get; } =
    [
        (Ours, "this project's `ImageConverter`"),
        (Sharp, "sharp: decodes once, shrunk on load, to raw points; bisects the quality"),
        (SharpStopsEarly, "the same, but stops at the first coding that fills .95 of the limit"),
        (SharpMozjpeg, "the same as `sharp` with `mozjpeg: true`: trellis quantisation, progressive"),
        (Magick, "Magick.NET: shrunk on load, Lanczos; bisects the quality"),
        (MagickExtent, "Magick.NET: full size, `jpeg:extent`"),
        (Skia, "SkiaSharp: shrunk on load, cubic; bisects the quality"),
        (VipsFullSize, "NetVips: full size; bisects the quality"),
        (FloorTurbo, "the floor: one decoding and one coding (quality 75, 4:2:0) at full size by libjpeg-turbo's own API"),
        (FloorVips, "the same through libvips"),
    ];

    public static bool IsOurs(string name) => name is Ours or OursPaper;

    /// <summary>Whether it knows no limit and is there only to be measured against.</summary>
    public static bool IsFloor(string name) => name is FloorTurbo or FloorVips;

    /// <summary>Whether it runs under Node.js instead of here.</summary>
    public static bool IsSharp(string name) => name is Sharp or SharpStopsEarly or SharpMozjpeg;

    public static IContender Create(string name, int threads) => name switch
    {
        Ours => new OurConverter(TargetShape.OnePicture, threads),
        OursPaper => new OurConverter(TargetShape.Paperwork, threads),
        Magick => new MagickScaled(threads),
        MagickExtent => new MagickExtent(threads),
        MagickGroup4 => new MagickGroup4(threads),
        Skia => new SkiaScaled(),
        VipsFullSize => new VipsFullSize(threads),
        FloorTurbo => new TurboFloor(),
        FloorVips => new VipsFloor(threads),
        _ => throw new ArgumentException($"There is no contender '{name}' in this process.", nameof(name)),
    };
}
