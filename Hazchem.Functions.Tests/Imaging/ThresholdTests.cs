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
}
