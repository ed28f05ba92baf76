namespace Hazchem.Functions.Imaging;

internal static class ImagingServices
{
    public static IServiceCollection AddImaging(this IServiceCollection services, ImagingOptions options) => services
        .AddSingleton(options)
        .AddSingleton<ImageConverter>()
        .AddSingleton<PageRenderer>();
}
