"""Where somebody finds support: said on every page, in the report and in the questionnaire, and written here alone."""

WHO_IS_THERE = (
    "your programme’s wellbeing contact, your doctor, or in the UK and Ireland Samaritans (116 123, free, day and "
    "night) are there to talk. in2gr8mentalhealth is a network of professionals with lived experience."
)
FOR_READERS = f"If reading this touches something in you: {WHO_IS_THERE}"
FOR_RESPONDENTS = f"You can stop at any point. {WHO_IS_THERE[0].upper()}{WHO_IS_THERE[1:]}"
