using System.Text.Json;
using System.Text.Json.Serialization;
using Hazchem.Functions.HazchemApi;

namespace Hazchem.Functions.Portal;

/// <summary>Who App Service authentication says is there, from the headers that it sets.</summary>
internal static class ClientPrincipal
{
    /// <summary>What the name of every header begins with that says who is signed in.</summary>
    public const string HeaderStart = "X-MS-CLIENT-PRINCIPAL";

    private const string Whole = HeaderStart;
    private const string Name = "X-MS-CLIENT-PRINCIPAL-NAME";
    private const string Id = "X-MS-CLIENT-PRINCIPAL-ID";
    private const int MostCharacters = 200;

    /// <returns>The sign-in name, or the id where there is none; null where nobody is signed in.</returns>
    public static string? NameIn(IHeaderDictionary headers)
    {
        var name = Text(headers[Name]) ?? FromClaims(headers[Whole]) ?? Text(headers[Id]);
        return name is null ? null : PlainText.OneLine(name, MostCharacters);
    }

    private static string? FromClaims(string? encoded)
    {
        if (string.IsNullOrWhiteSpace(encoded))
        {
            return null;
        }

        try
        {
            var principal = JsonSerializer.Deserialize(Convert.FromBase64String(encoded), ClientPrincipalJson.Default.Principal);
            return Text(principal?.Claims?.FirstOrDefault(claim => claim.Type is not null && claim.Type == principal.NameType)?.Value);
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    internal sealed record Principal(
        [property: JsonPropertyName("name_typ")] string? NameType,
        [property: JsonPropertyName("claims")] IReadOnlyList<Claim>? Claims);

    internal sealed record Claim(
        [property: JsonPropertyName("typ")] string? Type,
        [property: JsonPropertyName("val")] string? Value);
}

[JsonSerializable(typeof(ClientPrincipal.Principal))]
internal sealed partial class ClientPrincipalJson : JsonSerializerContext;
