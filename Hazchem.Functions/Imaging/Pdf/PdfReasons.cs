namespace Hazchem.Functions.Imaging.Pdf;

/// <summary>Why a PDF is refused, in words for a clerk.</summary>
internal static class PdfReasons
{
    public const string Damaged =
        "The PDF is damaged and cannot be read. Save or scan it again and drop it again.";

    public const string Cut =
        "The PDF is damaged or cut short, and pages may be missing. Save or scan it again and drop it again.";

    public const string Password =
        "The PDF is protected by a password. Save it without one and drop it again.";

    public const string Security =
        "The PDF is protected in a way that cannot be read here. Print it to a new PDF and drop that.";

    public const string NoPages =
        "The PDF has no pages. Save it again and drop it again.";

    public const string DynamicForm =
        "The PDF is an interactive form (XFA) that only Adobe's programs can show. Print it to a new PDF and drop that.";

    public const string Memory =
        "The PDF takes more memory than is allowed for one. Scan or print it with less detail, or fewer pages a file, and drop it again.";
}
