using System.Collections.Frozen;
using System.Reflection;

namespace Hazchem.Functions.Portal;

/// <summary>The web page's files, which are part of the program. Nothing is read from a disk by a name from outside.</summary>
internal static class WebPage
{
    private const string Index = "index.html";

    /// <summary>The start of the resources' names; the rest is the path under <c>wwwroot</c>.</summary>
    private const string Prefix = "wwwroot/";

    private static readonly FrozenDictionary<string, string> ContentTypes = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json; charset=utf-8",
        [".webmanifest"] = "application/manifest+json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary();

    private static readonly Lazy<FrozenDictionary<string, Bytes>> Files = new(Read);

    /// <summary>
    /// One route a file, and the page itself at the root. Where somebody is in it stands behind a <c>#</c> or <c>?</c>, so
    /// that no address of the page hides one of the API.
    /// </summary>
    public static void Map(IEndpointRouteBuilder app, string path)
    {
        string[] methods = [HttpMethods.Get, HttpMethods.Head];

        // Routes make no difference between an address with and without a slash at its end, but relative links do.
        app.MapMethods(path, methods, (RequestDelegate)(context => context.Request.Path.Value!.EndsWith('/')
            ? Files.Value[Index].ExecuteAsync(context)
            : Results.Redirect($"{path}/{context.Request.QueryString}").ExecuteAsync(context)));
        foreach (var name in Assembly.GetExecutingAssembly().GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var file = NameOf(name);
            app.MapMethods($"{path}/{file}", methods, (RequestDelegate)(context => Files.Value[file].ExecuteAsync(context)));
        }
    }

    private static string NameOf(string resource) => resource[Prefix.Length..].Replace('\\', '/');

    private static FrozenDictionary<string, Bytes> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var files = new Dictionary<string, Bytes>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var name = NameOf(resource);
            files[name] = new Bytes(content, ContentTypes[Path.GetExtension(name)], Caching.TagOf(Convert.ToBase64String(content)));
        }

        return files.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
