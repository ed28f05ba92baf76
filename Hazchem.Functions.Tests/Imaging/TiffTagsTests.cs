using BitMiracle.LibTiff.Classic;
using Hazchem.Functions.Imaging;
using Hazchem.Samples;
using Threshold = Hazchem.Functions.Imaging.Threshold;
using TiffFile = Hazchem.Samples.TiffFile;

namespace Hazchem.Functions.Tests.Imaging;

public sealed class TiffTagsTests
{
    private static readonly byte[] Code =
        Group4Tiff.Code(new BilevelPage(1654, 2339, 200, 200, Threshold.At(Papers.Text(), 128))).Code;

    [Fact]
    public void Code_of_pages_in_one_strip_is_taken_as_it_is_whatever_else_they_say()
    {
        var tiff = TiffFile.Write([Page(), Page(((int)TiffTag.SOFTWARE, 2, [.. "a scanner\0"u8.ToArray().Select(letter => (long)letter)]))]);

        TiffTags.Group4Code(tiff, 2 * Code.Length).Should().BeEquivalentTo([Code, Code], options => options.WithStrictOrdering());
    }

    [Theory]
    [InlineData(TiffTag.PHOTOMETRIC, 1)]
    [InlineData(TiffTag.FILLORDER, 2)]
    [InlineData(TiffTag.ORIENTATION, 3)]
    [InlineData(TiffTag.COMPRESSION, 3)]
    [InlineData(TiffTag.T6OPTIONS, 2)]
    [InlineData(TiffTag.STRIPBYTECOUNTS, int.MaxValue)]
    [InlineData(TiffTag.STRIPBYTECOUNTS, 0)]
    [InlineData(TiffTag.STRIPBYTECOUNTS, 40)]
    [InlineData(TiffTag.TILEWIDTH, 1664)]
    public void Code_that_means_something_else_or_is_not_there_is_not_taken(TiffTag tag, int value)
    {
        TiffTags.Group4Code(TiffFile.Write([Page(((int)tag, TiffPage.LongType, [value]))]), 1_000_000).Should().BeNull();
    }

    [Fact]
    public void Code_in_several_strips_is_not_taken()
    {
        var two = Page(((int)TiffTag.STRIPOFFSETS, TiffPage.LongType, [-1, -2]), ((int)TiffTag.STRIPBYTECOUNTS, TiffPage.LongType, [1, 1]));

        TiffTags.Group4Code(TiffFile.Write([Page(), two]), 1_000_000).Should().BeNull();
    }

    [Fact]
    public void Code_over_the_limit_is_not_taken()
    {
        TiffTags.Group4Code(TiffFile.Write([Page(), Page()]), (2 * Code.Length) - 1).Should().BeNull();
    }

    [Fact]
    public void Code_with_bytes_behind_its_end_is_not_taken_but_for_what_fills_up()
    {
        byte[] filled = [.. Code, 0, 0];
        byte[] more = [.. Code, .. "the driver's name"u8];

        TiffTags.Group4Code(TiffFile.Write([TiffPage.Of(filled, 1654, 2339, 4, 0, [1])]), 1_000_000).Should().ContainSingle().Which.Should().Equal(filled);
        TiffTags.Group4Code(TiffFile.Write([TiffPage.Of(more, 1654, 2339, 4, 0, [1])]), 1_000_000).Should().BeNull();
    }

    private static TiffPage Page(params (int, int, long[])[] more) => TiffPage.Of(Code, 1654, 2339, 4, 0, [1], more);
}
