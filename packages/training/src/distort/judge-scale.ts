/** Where ruin begins: SSIMULACRA2 counts on to −100 and further, a score ends at 0. */
const RUIN = 10

/** SSIMULACRA2 by which what is left of the scale shrinks to 1/e. */
const FALL = 25

/**
 * SSIMULACRA2 as a truth on 0 to 100: itself from 10 up, and what is below pressed together between 0 and 10. Cut off at
 * 0, all that is ruined would be alike, and people still tell bad from worse: on the rebuilt TID2013 subset the rank
 * correlation with opinions is .942 as it is and .925 cut off.
 */
export function onScale(score: number): number {
  return score >= RUIN ? Math.min(100, score) : RUIN * Math.exp((score - RUIN) / FALL)
}
