using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace Hazchem.Functions.Tests.Simulator;

/// <summary>Holds a JSON value to a schema, for the keywords that the contract uses.</summary>
internal static partial class SchemaCheck
{
    public static IEnumerable<string> Problems(IOpenApiSchema schema, JsonNode? value, string at) =>
        (schema.AllOf ?? []).SelectMany(part => Problems(part, value, at))
            .Concat(TypeProblems(schema, value, at))
            .Concat(value switch
            {
                JsonObject members => ObjectProblems(schema, members, at),
                JsonArray items => ArrayProblems(schema, items, at),
                JsonValue scalar => ScalarProblems(schema, scalar, at),
                _ => [],
            });

    /// <summary>A value that is text on the wire, as a header, a query value or a form's part is.</summary>
    public static IEnumerable<string> TextProblems(IOpenApiSchema schema, string text, string at) =>
        Problems(
            schema,
            schema.Type is JsonSchemaType.Integer && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                ? JsonValue.Create(number)
                : JsonValue.Create(text),
            at);

    private static IEnumerable<string> TypeProblems(IOpenApiSchema schema, JsonNode? value, string at)
    {
        var actual = value?.GetValueKind() switch
        {
            null or JsonValueKind.Null => JsonSchemaType.Null,
            JsonValueKind.Object => JsonSchemaType.Object,
            JsonValueKind.Array => JsonSchemaType.Array,
            JsonValueKind.String => JsonSchemaType.String,
            JsonValueKind.Number when value!.AsValue().TryGetValue<long>(out _) => JsonSchemaType.Integer | JsonSchemaType.Number,
            JsonValueKind.Number => JsonSchemaType.Number,
            _ => JsonSchemaType.Boolean,
        };
        if (schema.Type is { } expected && (expected & actual) == 0)
        {
            yield return $"{at} is {actual}, not {expected}";
        }
    }

    private static IEnumerable<string> ObjectProblems(IOpenApiSchema schema, JsonObject members, string at)
    {
        foreach (var name in schema.Required ?? new HashSet<string>())
        {
            if (!members.ContainsKey(name))
            {
                yield return $"{at}.{name} is missing";
            }
        }

        foreach (var (name, property) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (members.TryGetPropertyValue(name, out var member))
            {
                foreach (var problem in Problems(property, member, $"{at}.{name}"))
                {
                    yield return problem;
                }
            }
        }
    }

    private static IEnumerable<string> ArrayProblems(IOpenApiSchema schema, JsonArray items, string at)
    {
        if (items.Count < schema.MinItems || items.Count > schema.MaxItems)
        {
            yield return $"{at} has {items.Count} items";
        }

        if (schema.UniqueItems is true && items.Select(i => i?.ToJsonString()).Distinct().Count() != items.Count)
        {
            yield return $"{at} has an item twice";
        }

        if (schema.Items is { } each)
        {
            foreach (var problem in items.SelectMany((item, i) => Problems(each, item, $"{at}[{i}]")))
            {
                yield return problem;
            }
        }
    }

    private static IEnumerable<string> ScalarProblems(IOpenApiSchema schema, JsonValue value, string at)
    {
        var text = value.ToString();
        if (schema.Enum is { Count: > 0 } words && !words.Any(w => w.ToString() == text))
        {
            yield return $"{at} is '{text}', which is none of {string.Join(", ", words.Select(w => w.ToString()))}";
        }

        if (schema.Const is not null && schema.Const != text)
        {
            yield return $"{at} is '{text}', not '{schema.Const}'";
        }

        if (value.GetValueKind() == JsonValueKind.Number)
        {
            var number = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            if (Limit(schema.Minimum) > number || Limit(schema.Maximum) < number)
            {
                yield return $"{at} is {text}, out of its range";
            }

            yield break;
        }

        if (text.Length < schema.MinLength || text.Length > schema.MaxLength)
        {
            yield return $"{at} has {text.Length} characters";
        }

        if (schema.Pattern is not null && !Regex.IsMatch(text, schema.Pattern, RegexOptions.CultureInvariant))
        {
            yield return $"{at} is '{text}', which does not match {schema.Pattern}";
        }

        if (schema.Format == "date-time"
            && !(Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)))
        {
            yield return $"{at} is '{text}', which is no RFC 3339 time";
        }
    }

    private static decimal? Limit(string? text) => text is null ? null : decimal.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex Rfc3339();
}
