using Hazchem.Functions.Imaging;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class StraighteningTests
{
    private static readonly ImageConverter Converter = new(Pictures.Options with { Straighten = true });

    [Theory]
    [InlineData(0.4)]
    [InlineData(-0.9)]
    [InlineData(2.3)]
    [InlineData(-4.1)]
    [InlineData(6.8)]
    public void Askew_page_is_measured_within_a_fifth_of_a_degree(double degrees)
    {
        var angle = Straightening.Angle(Papers.Text().Turned(degrees));

        angle.Should().BeApproximately(degrees, 0.2);
    }

    [Fact]
    public void Straight_page_photograph_and_what_lies_far_askew_are_left_as_they_are()
    {
        GreyPage[] pages =
        [
            Papers.Text(),
            Papers.Text().Turned(0.1),
            Papers.Text().Turned(12),
            Papers.Photo(),
            Papers.Photo().Turned(3),
            Papers.Text().With((_, _, _) => byte.MaxValue),
        ];

        foreach (var page in pages)
        {
            Straightening.Apply(page).Should().BeSameAs(page);
        }
    }

    [Fact]
    public void Paperwork_is_turned_straight_only_where_that_is_set_and_a_proof_of_delivery_never()
    {
        var askew = Papers.Text().Turned(2).ToTiff();

        AngleOf(Convert(Converter, askew, TargetShape.Paperwork)).Should().BeNull();
        AngleOf(Convert(Pictures.Converter, askew, TargetShape.Paperwork)).Should().BeApproximately(2, 0.2);
        AngleOf(Convert(Converter, askew, TargetShape.PictureOrPaperwork)).Should().BeApproximately(2, 0.2);
    }

    [Fact]
    public void Fax_within_the_limit_passes_byte_for_byte_unless_a_page_lies_askew()
    {
        var straight = Convert(Pictures.Converter, Papers.Text().ToTiff(), TargetShape.Paperwork);
        var askew = Convert(Pictures.Converter, Papers.Text().Turned(2).ToTiff(), TargetShape.Paperwork);

        Convert(Converter, straight, TargetShape.Paperwork).Should().Equal(straight);
        AngleOf(Convert(Converter, askew, TargetShape.Paperwork)).Should().BeNull();
    }

    private static byte[] Convert(ImageConverter converter, byte[] original, TargetShape shape) =>
        converter.Convert(original, shape, 500_000, TestContext.Current.CancellationToken)
            .Should().BeOfType<ConversionResult.Converted>().Subject.Content.ToArray();

    private static double? AngleOf(byte[] tiff)
    {
        using var page = Pictures.Open(tiff, 0, tiff: true);
        return Straightening.Angle(
            new GreyPage(page.Width, page.Height, 200, 200, page.WriteToMemory<byte>()));
    }
}
