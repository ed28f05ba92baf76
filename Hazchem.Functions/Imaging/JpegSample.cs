using NetVips;

namespace Hazchem.Functions.Imaging;

/// <summary>A part of a picture that costs as many bytes a point as the whole: every fourth strip of 16 rows.</summary>
internal sealed class JpegSample : IDisposable
{
    /// <summary>Rows that a JPEG of 4:2:0 codes together.</summary>
    private const int StripRows = 16;
    private const int Share = 4;

    /// <summary>With fewer strips the sample depends on where they happen to lie.</summary>
    private const int FewestStrips = 8;

    /// <summary>Bytes of tables and markers, which the whole has only once.</summary>
    private const int HeaderBytes = 700;

    private readonly double times;

    private JpegSample(Image image, double times)
    {
        Image = image;
        this.times = times;
    }

    public Image Image { get; }

    /// <param name="picture">In memory.</param>
    public static JpegSample Of(Image picture)
    {
        var strips = picture.Height / (StripRows * Share);
        if (strips < FewestStrips)
        {
            return new JpegSample(picture.Copy(), 1);
        }

        // Tiles below one another go side by side, so that the first column has every fourth.
        using var whole = picture.ExtractArea(0, 0, picture.Width, strips * StripRows * Share);
        using var columns = whole.Grid(StripRows, Share, strips);
        using var column = columns.ExtractArea(0, 0, picture.Width, strips * StripRows);
        return new JpegSample(column.CopyMemory(), picture.Height / (double)(strips * StripRows));
    }

    /// <summary>The bytes of the whole, by those of the sample.</summary>
    public double Expect(int bytes) => ((bytes - HeaderBytes) * times) + HeaderBytes;

    public void Dispose() => Image.Dispose();
}
