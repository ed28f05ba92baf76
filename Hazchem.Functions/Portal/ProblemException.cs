namespace Hazchem.Functions.Portal;

/// <summary>A request that cannot be understood, found where it is read.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.Detail)
{
    public Problem Problem => problem;
}
