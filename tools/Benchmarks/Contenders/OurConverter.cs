using Hazchem.Benchmarks.Running;
using Hazchem.Functions.Imaging;
using Microsoft.Extensions.DependencyInjection;

namespace Hazchem.Benchmarks.Contenders;

/// <summary>The app's own converter, as the app makes it.</summary>
internal sealed class OurConverter(TargetShape shape, int threads) : IContender
{
    private readonly ImageConverter _converter = new ServiceCollection()
        .AddLogging()
        .AddImaging(new ImagingOptions { TimeZone = TimeZoneInfo.Utc, Threads = threads })
        .BuildServiceProvider()
        .GetRequiredService<ImageConverter>();

    public Product Work(byte[] original, WorkOrder order) =>
        _converter.Convert(original, shape, order.Limit, CancellationToken.None) switch
        {
            ConversionResult.Converted converted => new Product(converted.Content, Pages: converted.Pages),
            ConversionResult.Refused refused => new Product(null, refused.Reason),
            ConversionResult.OutOfTime slow => new Product(null, slow.Reason),
            ConversionResult.OutOfMemory large => new Product(null, large.Reason),
            var other => throw new InvalidOperationException($"There is no such outcome: {other}"),
        };
}
