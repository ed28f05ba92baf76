namespace Hazchem.Functions.Portal;

/// <summary>What became of something that a person asked for; <see cref="Code"/> says why not.</summary>
internal sealed record ActionResult(bool Done, string? Code = null, string? Detail = null)
{
    public static readonly ActionResult Ok = new(true);

    public static readonly ActionResult NotFound = new(false, "not-found", "There is no such document.");

    public static readonly ActionResult Busy = new(false, "busy", "It is just being written by another. Try again in a moment.");

    public static readonly ActionResult Failed = new(false, "try-later", "It could not be done just now. Try again in a moment.");

    public static ActionResult NotOffered(string detail) => new(false, "not-offered", detail);

    public Problem ToProblem() => new(
        Code == NotFound.Code ? StatusCodes.Status404NotFound : StatusCodes.Status409Conflict, Code!, Detail);
}
