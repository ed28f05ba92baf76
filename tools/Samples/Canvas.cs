using NetVips;

namespace Hazchem.Samples;

/// <summary>An RGB or grey picture in memory to draw on. What is drawn outside it is left out.</summary>
internal sealed class Canvas(int width, int height, int bands)
{
    public int Width => width;

    public int Height => height;

    public byte[] Points { get; } = new byte[width * height * bands];

    public void Fill(int left, int top, int fillWidth, int fillHeight, params ReadOnlySpan<byte> colour)
    {
        for (var y = Math.Max(0, top); y < Math.Min(height, top + fillHeight); y++)
        {
            for (var x = Math.Max(0, left); x < Math.Min(width, left + fillWidth); x++)
            {
                colour.CopyTo(Points.AsSpan(((y * width) + x) * bands));
            }
        }
    }

    /// <param name="scale">Pixels a point of the font.</param>
    public void Write(string text, int left, int top, int scale, params ReadOnlySpan<byte> colour)
    {
        for (var i = 0; i < text.Length; i++)
        {
            for (var column = 0; column < BitmapFont.Width; column++)
            {
                for (var row = 0; row < BitmapFont.Height; row++)
                {
                    if (BitmapFont.IsInked(text[i], column, row))
                    {
                        var x = left + (((i * (BitmapFont.Width + 1)) + column) * scale);
                        Fill(x, top + (row * scale), scale, scale, colour);
                    }
                }
            }
        }
    }

    public Image ToImage()
    {
        using var bare = Image.NewFromMemory(Points, width, height, bands, Enums.BandFormat.Uchar);
        return bare.Copy(interpretation: bands == 1 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
    }
}
