using Hazchem.Functions.Imaging;

namespace Hazchem.Functions.Tests.Imaging;

/// <summary>Runs over the pictures in <c>shared/corpus</c> beside the repository, where there are any.</summary>
public sealed class CorpusTests
{
    private const int MaxBytes = 300_000;

    [Fact]
    public void Every_file_of_the_corpus_is_within_the_limit_or_refused_with_a_sentence()
    {
        var files = Files().ToList();
        Assert.SkipWhen(files.Count == 0, "There is no shared/corpus beside the repository.");
        foreach (var path in files)
        {
            var content = File.ReadAllBytes(path);
            foreach (var shape in Enum.GetValues<TargetShape>())
            {
                var result = Pictures.Converter.Convert(content, shape, MaxBytes, TestContext.Current.CancellationToken);
                if (result is ConversionResult.Converted converted)
                {
                    converted.Content.Length.Should().BeLessThanOrEqualTo(MaxBytes, path);
                    ContentRecognition.Recognise(converted.Content.Span).Should().Be(converted.Format, path);
                    path.Should().NotContain("hostile");
                }
                else
                {
                    ((ConversionResult.Refused)result).Reason.Should().EndWith(".", path);
                }
            }
        }
    }

    private static IEnumerable<string> Files()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var corpus = Path.Combine(folder.FullName, "shared", "corpus");
            if (Directory.Exists(corpus))
            {
                return Directory.EnumerateFiles(corpus, "*", SearchOption.AllDirectories)
                    .Where(path => Path.GetExtension(path) != ".txt")
                    .Order(StringComparer.Ordinal);
            }
        }

        return [];
    }
}
