using Hazchem.Functions.Imaging;

namespace Hazchem.Functions.Tests.Imaging;

/// <summary>Papers as they come from depots: the letters must be there, and nothing else.</summary>
public sealed class ThresholdTests
{
    private static readonly byte[] White = [250, 250, 250];
    private static readonly byte[] Black = [20, 20, 20];

    [Theory]
    [InlineData(200, 20, 30)]
    [InlineData(30, 50, 200)]
    [InlineData(20, 130, 60)]
    [InlineData(150, 150, 150)]
    [InlineData(190, 190, 190)]
    public void Ink_of_any_colour_or_faint_as_pencil_is_black(byte red, byte green, byte blue)
    {
        var text = Papers.Text();

        var content = Pictures.Convert(text.Coloured([red, green, blue], (_, _) => White), TargetShape.Paperwork).Content;

        content.ShouldRead(text);
    }

    [Theory]
    [InlineData(255, 250, 60)]
    [InlineData(180, 240, 170)]
    public void Highlighter_under_letters_becomes_white(byte red, byte green, byte blue)
    {
        var text = Papers.Text();
        byte[] highlighter = [red, green, blue];

        var content = Pictures.Convert(
            text.Coloured(Black, (x, y) => y % 300 < 60 && x > 300 ? highlighter : White), TargetShape.Paperwork).Content;

        content.ShouldRead(text);
    }

    [Fact]
    public void Carbon_copy_with_blue_letters_on_yellow_reads()
    {
        var text = Papers.Text();

        var content = Pictures.Convert(text.Coloured([110, 120, 190], (_, _) => [240, 225, 140]), TargetShape.Paperwork).Content;

        content.ShouldRead(text);
    }

    [Fact]
    public void White_letters_on_black_stay_white_on_black()
    {
        var text = Papers.Text();
        static bool IsBand(int x, int y) => y is > 800 and < 1400 && x is > 200 and < 1450;
        var inverted = text.With((x, y, grey) => IsBand(x, y) ? (byte)(255 - grey) : grey);

        var content = Pictures.Convert(inverted.ToTiff(), TargetShape.Paperwork).Content;

        content.ShouldRead(inverted, wrong: 0.01);
    }

    [Theory]
    [InlineData(205, 2)]
    [InlineData(222, 1)]
    [InlineData(232, 0)]
    public void Letters_too_faint_for_ordinary_ink_read_where_the_paper_has_less_noise(byte ink, int noise)
    {
        var text = Papers.Text();

        var page = text.With((_, _, grey) => grey == 0 ? ink : (byte)250).WithNoise(noise);

        Papers.Wrong(Ink(page), text).Should().BeLessThan(0.003);
    }

    [Fact]
    public void Faint_signature_is_there_with_its_ends_at_the_printed_line_that_it_crosses()
    {
        static bool IsPrinted(int x, int y, byte grey) => y < 1800 ? grey == 0 : y is >= 2050 and < 2054 && x is > 400 and < 1500;
        static bool IsSigned(int x, int y) =>
            x is > 500 and < 1300 && Math.Abs(y - 2052 - (110 * Math.Sin(x / 60.0))) < 1.2 + (1.8 * Math.Abs(Math.Cos(x / 60.0)));
        var page = Papers.Text().With((x, y, grey) => IsPrinted(x, y, grey) ? (byte)30 : IsSigned(x, y) ? (byte)222 : (byte)250);

        var ink = Ink(page.WithNoise(2));

        ink.Where((_, i) => IsSigned(i % page.Width, i / page.Width)).Count(static point => point == 0)
            .Should().BeGreaterThan((int)(page.Points.Count(static grey => grey == 222) * 0.9));
        ink.Where((point, i) => point == 0 && page.Points[i] == 250).Count().Should().BeLessThan(page.Points.Length / 2000);
    }

    [Theory]
    [InlineData(0.07)]
    [InlineData(0.11)]
    public void What_shows_through_from_the_back_is_left_out_be_there_a_front_or_none(double depth)
    {
        var front = Papers.Text();
        using var back = Papers.Text(2).ToImage();
        using var mirrored = back.FlipHor();
        using var soft = mirrored.Gaussblur(1.4);
        var through = soft.WriteToMemory<byte>();
        byte Shown(int x, int y, int paper) => (byte)(paper * (1 - (depth * (255 - through[(y * front.Width) + x]) / 255)));

        var both = front.With((x, y, grey) => Shown(x, y, grey == 0 ? 30 : 250)).WithNoise(2);
        var blank = front.With((x, y, _) => Shown(x, y, 250)).WithNoise(2);

        Papers.Wrong(Ink(both), front).Should().BeLessThan(0.003);
        Ink(blank).Contains((byte)0).Should().BeFalse();
    }

    [Fact]
    public void Paper_alone_is_blank_be_it_noisy_barred_or_with_tinted_fields()
    {
        var blank = Papers.Text().With(static (_, _, _) => 250);

        Ink(blank.WithNoise(3)).Contains((byte)0).Should().BeFalse();
        Ink(blank.WithNoise(12)).Contains((byte)0).Should().BeFalse();
        Ink(blank.With(static (_, y, _) => (byte)(y / 67 % 2 == 0 ? 250 : 228)).WithNoise(2)).Contains((byte)0).Should().BeFalse();
        Ink(blank.With(static (x, y, _) => (byte)(x is > 300 and < 1200 && y is > 500 and < 700 ? 222 : 250)).WithNoise(2)).Contains((byte)0).Should().BeFalse();
        Ink(blank.With(static (x, y, _) => (byte)(y > 500 && (x + y) % 5 == 0 && (x - y) % 5 == 0 ? 222 : 250)).WithNoise(2)).Contains((byte)0).Should().BeFalse();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    public void Table_around_the_sheet_becomes_white(byte table)
    {
        var text = Papers.Text();
        const int around = 150;
        bool IsTable(int x, int y) => x < around || x >= text.Width - around || y < around || y >= text.Height - around;
        var page = text.With((x, y, grey) => IsTable(x, y) ? table : grey == 0 ? (byte)40 : (byte)235);

        var bits = Threshold.Adaptive(page, photos: null);

        // Along the sheet's edge a line stays; beyond 5 mm from it there is nothing.
        var points = Papers.Points(bits, page.Width, page.Height);
        Enumerable.Range(0, points.Length)
            .Count(i => points[i] == 0 && (i % page.Width < around - 40 || i / page.Width < around - 40))
            .Should().Be(0);
        points.Count(static point => point == 0).Should().BeGreaterThan(points.Length / 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(200)]
    public void Page_of_any_width_has_its_ink_where_it_was(int width)
    {
        var page = new GreyPage(width, 70, 200, 200, new byte[width * 70])
            .With((x, y, _) => (x + (y * 3)) % 11 == 0 ? (byte)30 : (byte)240);

        var points = Papers.Points(Threshold.At(page, 128), width, 70);

        points.Should().Equal(page.Points.Select(static grey => grey < 128 ? (byte)0 : byte.MaxValue));
    }

    /// <summary>A byte a point, 0 where it is ink.</summary>
    private static byte[] Ink(GreyPage page) => Papers.Points(Threshold.Adaptive(page, photos: null), page.Width, page.Height);
}
