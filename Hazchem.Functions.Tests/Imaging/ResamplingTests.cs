using Hazchem.Functions.Imaging;

namespace Hazchem.Functions.Tests.Imaging;

/// <summary>Pages made larger and smaller: nothing moves, nothing gets lighter or darker, and no edge shows.</summary>
public sealed class ResamplingTests
{
    /// <summary>Points at the edges, where there is no wave beyond to go by.</summary>
    private const int Edge = 12;

    [Theory]
    [InlineData(1, 1, 90, 41)]
    [InlineData(31, 3, 32, 5)]
    [InlineData(90, 41, 63, 82)]
    [InlineData(400, 300, 40, 31)]
    public void Page_of_one_grey_keeps_it_at_any_size(int width, int height, int newWidth, int newHeight)
    {
        foreach (var grey in new byte[] { 0, 1, 127, 254, 255 })
        {
            var points = new byte[width * height];
            Array.Fill(points, grey);

            Resample(points, width, height, newWidth, newHeight).Should().OnlyContain(point => point == grey);
        }
    }

    [Fact]
    public void Page_of_its_own_size_stays_as_it_is()
    {
        var page = Papers.Photo();

        Resample(page.Points, page.Width, page.Height, page.Width, page.Height).Should().Equal(page.Points);
    }

    [Theory]
    [InlineData(540, 720)]
    [InlineData(300, 1000)]
    [InlineData(255, 340)]
    [InlineData(120, 160)]
    [InlineData(180, 520)]
    public void Waves_stay_where_they_are_and_as_high_as_they_were(int newWidth, int newHeight)
    {
        const int width = 300;
        const int height = 400;

        var resampled = Resample(Waves(width, height, width, height), width, height, newWidth, newHeight);

        var expected = Waves(width, height, newWidth, newHeight);
        for (var y = Edge; y < newHeight - Edge; y++)
        {
            for (var x = Edge; x < newWidth - Edge; x++)
            {
                var at = (y * newWidth) + x;
                ((double)resampled[at]).Should().BeApproximately(expected[at], 3, "it is the wave at {0}, {1}", x, y);
            }
        }
    }

    [Fact]
    public void Black_beside_white_stays_black_and_white()
    {
        const int side = 64;
        var points = new byte[side * side];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = i % side < side / 2 ? (byte)0 : byte.MaxValue;
        }

        var resampled = Resample(points, side, side, 2 * side, 2 * side);

        // The curve passes both at the edge, which must not turn one into the other.
        var row = resampled.AsSpan(side * 2 * side, 2 * side).ToArray();
        row[..(side - 1)].Should().OnlyContain(point => point < 20);
        row[(side + 1)..].Should().OnlyContain(point => point > 235);
    }

    private static byte[] Resample(byte[] points, int width, int height, int newWidth, int newHeight)
    {
        var resampled = new byte[newWidth * newHeight];
        Resampling.Apply(points, width, height, resampled, newWidth, newHeight);
        return resampled;
    }

    /// <summary>Waves across and down a page of one size, at the middles of the points of another.</summary>
    private static byte[] Waves(int width, int height, int newWidth, int newHeight)
    {
        var waves = new byte[newWidth * newHeight];
        for (var i = 0; i < waves.Length; i++)
        {
            var x = ((i % newWidth) + 0.5) * width / newWidth;
            var y = ((i / newWidth) + 0.5) * height / newHeight;
            waves[i] = (byte)Math.Round(128 + (60 * Math.Sin(x / 8)) + (50 * Math.Cos(y / 13)));
        }

        return waves;
    }
}
