using Hazchem.Functions.Hosting;

namespace Hazchem.Functions.Storage;

/// <summary>Where the app is found from outside, from <c>Portal__BaseUrl</c>.</summary>
internal sealed record LinkSettings
{
    public const string SectionName = "Portal";

    /// <summary>Before <c>/api</c>, without a slash at its end; empty where it is not set, and links are paths then.</summary>
    public string BaseUrl { get; init; } = "";

    /// <exception cref="SettingsException">It is set and is no such address.</exception>
    public static LinkSettings From(IConfiguration configuration)
    {
        var reader = new SettingsReader(configuration.GetSection(SectionName));
        return reader.Text(nameof(BaseUrl)) is not { } text ? new LinkSettings()
            : Uri.TryCreate(text, UriKind.Absolute, out var url)
                && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback))
                && url.Query.Length == 0 && url.Fragment.Length == 0 && url.UserInfo.Length == 0
                ? new LinkSettings { BaseUrl = url.AbsoluteUri.TrimEnd('/') }
            : throw reader.Wrong(nameof(BaseUrl), "must be the app's own address, such as https://documents.example.com, or absent.");
    }
}
